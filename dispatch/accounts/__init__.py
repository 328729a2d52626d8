"""Who is at the desk, and what they may do.

`current()` is whoever is logged in; `@needs(Permission.X)` before a view lets in only who may.
"""

from __future__ import annotations

from dispatch.accounts.account import Account
from dispatch.accounts.door import current, needs
from dispatch.accounts.permissions import PERMISSIONS, Permission

__all__ = ["PERMISSIONS", "Account", "Permission", "current", "needs"]
