"""What the evidence says about the build of an image, judged once for causes and narrative."""

from bot.builds.absence import PULL_REASONS, Absence
from bot.builds.build import Build, builds

__all__ = ["PULL_REASONS", "Absence", "Build", "builds"]
