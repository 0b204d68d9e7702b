"""A GitHub on localhost: enough of the REST API for Actions, with runs that play scripts.

state = GitHubState()
repo = state.repository("acme/api")
repo.commit("Release 1.8.2", files={".github/workflows/release.yml": "…"})
async with serve(state) as api_url: …
"""

from simulator.github.app import serve
from simulator.github.clock import Clock
from simulator.github.plan import Job, Note, Pending, Runner, Script, Step
from simulator.github.records import Commit
from simulator.github.repository import SimulatedRepository
from simulator.github.state import EVERYTHING, GitHubState, Grant, Installation

__all__ = [
    "EVERYTHING",
    "Clock",
    "Commit",
    "GitHubState",
    "Grant",
    "Installation",
    "Job",
    "Note",
    "Pending",
    "Runner",
    "Script",
    "SimulatedRepository",
    "Step",
    "serve",
]
