"""Migrations: what brings a ledger of an older release to the tables of this one."""
