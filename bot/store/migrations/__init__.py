"""Alembic migrations. They run at every start; each is written by hand and never changed."""
