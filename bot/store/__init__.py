"""What must survive a kill: threads, what was offered and claimed, follow-ups, events seen, audit.

Every write is one statement that commits by itself. So nothing half-done can be seen after a kill,
and no transaction is open while the event loop does something else (the scheduler writes to the
same SQLite file from the same thread, and would wait for it for ever).
"""

from __future__ import annotations

from bot.store.database import Store, open_store, url_of

__all__ = ["Store", "open_store", "url_of"]
