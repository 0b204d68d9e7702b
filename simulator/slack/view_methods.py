"""The Web API methods of views and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.slack.lint import view_problems
from simulator.slack.refusals import RefusalError
from simulator.slack.workspace import BOT, BOT_USER, Message, View, Workspace

Json = dict[str, Any]


class Views:
    """Modals and Home tabs: https://docs.slack.dev/surfaces/modals."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def methods(self) -> dict[str, Callable[[Json], Json]]:
        """Each method by its name."""
        return {
            "views.open": self._open,
            "views.push": self._open,
            "views.update": self._update,
            "views.publish": self._publish,
        }

    def _open(self, arguments: Json) -> Json:
        user, error = self.workspace.use_trigger(arguments.get("trigger_id", ""))
        if error:
            raise RefusalError(error)
        return self._put_view(
            View(id=self.workspace.number("V"), hash="", user=user, view={}), arguments
        )

    def _update(self, arguments: Json) -> Json:
        view = self.workspace.views.get(arguments.get("view_id", ""))
        if view is None:
            raise RefusalError("not_found")
        if arguments.get("hash") not in (None, "", view.hash):
            raise RefusalError("hash_conflict")
        return self._put_view(view, arguments)

    def _publish(self, arguments: Json) -> Json:
        user = arguments.get("user_id", "")
        problems = view_problems(arguments.get("view") or {})
        if problems:
            raise RefusalError("invalid_arguments", problems)
        home = View(id=self.workspace.number("V"), hash="1", user=user, view=arguments["view"])
        self.workspace.homes[user] = home
        self.workspace.changed()
        return {"view": {"id": home.id, "hash": home.hash}}

    def _put_view(self, view: View, arguments: Json) -> Json:
        problems = view_problems(arguments.get("view") or {})
        if problems:
            raise RefusalError("invalid_arguments", problems)
        view.view = arguments["view"]
        view.hash = self.workspace.number("h")
        self.workspace.views[view.id] = view
        self.workspace.changed()
        return {"view": {**view.view, "id": view.id, "hash": view.hash, "state": {"values": {}}}}


class Files:
    """The two steps of an upload: https://docs.slack.dev/messaging/working-with-files."""

    def __init__(self, workspace: Workspace, base_url: Callable[[], str]) -> None:
        self.workspace = workspace
        self.base_url = base_url

    def methods(self) -> dict[str, Callable[[Json], Json]]:
        """Each method by its name."""
        return {
            "files.getUploadURLExternal": self._begin,
            "files.completeUploadExternal": self._complete,
        }

    def _begin(self, arguments: Json) -> Json:
        if int(arguments.get("length") or 0) <= 0:
            raise RefusalError("invalid_arguments", ["length must be positive"])
        file_id = self.workspace.number("F")
        return {"upload_url": f"{self.base_url()}/upload/{file_id}", "file_id": file_id}

    def _complete(self, arguments: Json) -> Json:
        files = arguments.get("files") or []
        channel = arguments.get("channel_id")
        if channel:
            self.workspace.post(
                Message(
                    channel=channel,
                    ts=self.workspace.next_ts(),
                    user=BOT_USER,
                    bot_id=BOT,
                    subtype="file_share",
                    thread_ts=arguments.get("thread_ts") or "",
                    files=[{"id": f["id"], "title": f.get("title", "")} for f in files],
                )
            )
        return {"files": files}
