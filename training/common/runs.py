"""Folders of runs, RUN/last.pt in them, alike for all trainings."""


def goes_on(last, resume):
    """Whether a run goes on from `last`. Ends the program where another run is there that nobody asked to go on with."""
    if last.exists() and not resume:
        raise SystemExit(f"{last} is there already: --resume goes on with it, another --out begins anew")
    return last.exists()
