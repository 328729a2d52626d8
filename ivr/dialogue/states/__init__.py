"""The conversation itself, file by file, in the order a caller meets it. Importing the package fills the script."""

# ruff: noqa: F401 - imported for their scenes

import ivr.dialogue.states.alike
import ivr.dialogue.states.closing
import ivr.dialogue.states.details
import ivr.dialogue.states.emergency
import ivr.dialogue.states.people
import ivr.dialogue.states.place
import ivr.dialogue.states.place_keys
import ivr.dialogue.states.request
import ivr.dialogue.states.review
import ivr.dialogue.states.status
import ivr.dialogue.states.welcome
