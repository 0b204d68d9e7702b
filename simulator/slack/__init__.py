"""A Slack workspace on localhost: Web API, Socket Mode, interactions, and a page to look at it.

It behaves as Slack does where the bot can tell: message timestamps rise strictly, blocks are
checked against the limits, methods have their rates, trigger ids and response URLs expire, an
envelope that is not acknowledged within three seconds shows the person a warning, and events (but
not clicks) are delivered again.
"""

from simulator.slack.server import SlackServer, serve_slack
from simulator.slack.workspace import Workspace

__all__ = ["SlackServer", "Workspace", "serve_slack"]
