"""The keys: those of the convention are destroyed, the next master key is in force, and the old one is gone."""

from governance.core import resealing
from governance.core.refusals import Unavailable
from governance.destruction.acting.means import Done, Means, Work


class OldMasterStays(Unavailable):
    """The master key that opens the copies is still held."""


def destroy_keys(means: Means, work: Work) -> Done:
    """Destroy the data keys of the convention and ratchet the master key; raises NoNextMaster.

    Rows that a hold keeps are sealed again first: the former key, which opens the backups, goes all the same.
    """
    store = means.store
    if work.held and str(work.domain) in store.contents().domains:
        done = resealing.rotate(means.sessions, store, work.domain, work.at)
        if done.broken:
            raise Unavailable(f"{done.broken} ligne(s) retenues ne s'ouvrent pas : leur ancienne clé est gardée.")
        store.forget_former(work.domain)
    elif str(work.domain) not in store.contents().destroyed:
        store.destroy(work.domain, work.at)
    kept = len(store.contents().domains)
    return Done(told={"generation": store.contents().master, "resealed": bool(work.held), "living": kept})


def check_old_master(means: Means, work: Work) -> Done:
    """Refuse (OldMasterStays) while whoever holds the master key still holds the one before.

    A file and a transit engine forget it by themselves; an environment keeps what it was given.
    """
    store = means.store
    store.check()
    held, current = store.master.generations(), store.contents().master
    if set(held) != {current}:
        raise OldMasterStays(
            "L'ancienne clé maître est encore dans l'environnement : donnez la nouvelle dans VIGIE_MASTER_KEY, "
            "retirez VIGIE_MASTER_KEY_NEXT, puis relancez tous les processus."
        )
    return Done(told={"where": store.master.where.partition(" /")[0].partition(",")[0], "generation": current})
