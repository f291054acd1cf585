"""
Learning who is who: from the records of a file, for which no database is needed, or from the customers of the database.

Nothing is stored; the model is a file that the settings may name.
"""

from pathlib import Path

import attrs

from patron.core.errors import UsageError
from patron.core.exchange.mapping import Wishes
from patron.core.exchange.scanning import read_labelled, read_persons
from patron.core.exchange.source import SourceOptions
from patron.core.files import check_target, write_bytes
from patron.core.matching import Model
from patron.core.matching.training import Evaluation, Trained, evaluate, text_of, train
from patron.core.session import Session


@attrs.frozen(kw_only=True)
class Training:
    """
    What was learned, and what it is worth.

    Attributes:
        trained: the model, and what it was learned from.
        unread: how many rows could not be read.
        before: what the model until now is worth; None where nobody knows who is who.
        after: what the learned one is worth.
    """

    trained: Trained
    unread: int = 0
    before: Evaluation | None = None
    after: Evaluation | None = None


def train_on_file(
    path: Path, model: Model, wishes: Wishes, options: SourceOptions, *, seed: int = 0, truth: str | None = None
) -> Training:
    """
    Learn a model from the records of a file.

    Args:
        path: the file.
        model: what to begin with.
        wishes: what its columns are, as far as their names don't say it.
        options: how to read it.
        seed: of the choice of pairs.
        truth: the column that says whose each record is. Nothing is learned from it; it shows what was learned.

    Raises:
        InputError: it can't be read, or says too little.
        UsageError: a column is unknown, none tells who somebody is, or an extra is missing.
    """
    if truth is None:
        persons, unread = read_persons(path, wishes, options)
        return Training(trained=train(persons, model, seed), unread=unread)
    persons, unread, labels = read_labelled(path, wishes, options, truth)
    trained = train(persons, model, seed)
    before, after = (evaluate(persons, labels, one) for one in (model, trained.model))
    return Training(trained=trained, unread=unread, before=before, after=after)


def train_on_customers(session: Session, model: Model, *, seed: int = 0) -> Training:
    """
    Learn a model from the customers whom the actor may see.

    Raises:
        DeniedError: the actor may see no customers.
        InputError: they say too little.
        UsageError: an extra is missing.
    """
    from patron.core.crm.doubles import persons_of

    with session.read() as reader:
        persons = persons_of(reader)
    return Training(trained=train(persons, model, seed))


def check_model_target(path: Path) -> None:
    """
    Look, before the work, whether a model can be written to a path.

    Raises:
        UsageError: its ending is not that of a model.
        OutputError: nothing can be written there.
    """
    if path.suffix.lower() != ".toml":
        raise UsageError("matching.bad_target", path=str(path))
    check_target(path)


def write_model(path: Path, trained: Trained) -> None:
    """
    Write a learned model.

    Raises:
        OutputError: it can't be written.
    """
    write_bytes(path, text_of(trained).encode())
