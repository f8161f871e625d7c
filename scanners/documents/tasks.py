"""What a child may be asked to do with a file, and the most it may spend on it."""

from enum import StrEnum
from typing import NamedTuple

MEGABYTE = 1024 * 1024


class Task(StrEnum):
    """What is asked of a child."""

    READ = "read"  # tell what the file says, and where words are drawn
    SEE = "see"  # read the words of one picture or page
    SHOW = "show"  # give the picture of one page, to be looked at or read a second time
    POINT = "point"  # give a small picture of one page, boxes drawn round what was found on it
    CLEAN = "clean"  # make a copy without what does not show, some words masked


class Allowance(NamedTuple):
    """The most that a task may spend: seconds of processor, seconds of waiting, bytes beyond the warm process's own."""

    cpu: int
    wall: float
    memory: int


# An honest file of 5 Mo takes at most half of these; hostile ones use them up. A page is read in 1.5 to 4 s; pages of
# noise take minutes, and no time limit of the engine's own stops it: measured, only the processor's does.
ALLOWED = {
    Task.READ: Allowance(9, 20.0, 380 * MEGABYTE),
    Task.SEE: Allowance(9, 30.0, 900 * MEGABYTE),
    Task.SHOW: Allowance(9, 20.0, 380 * MEGABYTE),
    Task.POINT: Allowance(9, 20.0, 380 * MEGABYTE),
    Task.CLEAN: Allowance(60, 120.0, 900 * MEGABYTE),
}
