"""The conversation itself, file by file, in the order a caller meets it. Importing the package fills the script."""

from ivr.dialogue.states import (  # noqa: F401 - imported for their scenes
    closing,
    details,
    emergency,
    people,
    place,
    place_keys,
    request,
    review,
    status,
    welcome,
)
