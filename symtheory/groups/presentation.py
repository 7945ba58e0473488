"""Groups by generators and relations: ``<a, b | a^7, b^3, b^-1*a*b = a^2>``.

Words are products (``*`` or a space) of generators, brackets, commutators ``[u, v]`` =
u^-1 v^-1 u v, and integer powers of these; ``1`` is the empty word; ``u = v`` means u v^-1.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from symtheory.errors import BudgetError
from symtheory.groups.generation import table_from_right_actions
from symtheory.groups.group import Group
from symtheory.groups.limits import check_order
from symtheory.groups.scanner import Scanner
from symtheory.groups.todd_coxeter import COSET_LIMIT, Word, enumerate_cosets

__all__ = ["presented_group", "read_presentation"]

_MAX_WORD = 100_000
_MAX_DEPTH = 50


def presented_group(
    generators: Sequence[str],
    relators: Sequence[Word],
    *,
    name: str,
    max_cosets: int = COSET_LIMIT,
) -> Group:
    """Return the finite group of a presentation; labels are shortest words.

    Parameters
    ----------
    generators : sequence of str
        Their names; letter i + 1 of a word is generator i, letter -(i + 1) its inverse.
    relators : sequence of tuples of int
        Words that equal 1.
    max_cosets : int
        Bound on the enumeration.

    Raises
    ------
    BudgetError
        If the group is infinite by its abelianization (at once), exceeds the order limit, or the
        enumeration exceeds the bound.

    Examples
    --------
    >>> presented_group(["a", "b"], [(1, 1), (2, 2), (1, 2) * 3], name="triangle").labels
    ('1', 'a', 'b', 'a*b', 'b*a', 'a*b*a')
    """
    rank = _rank([_exponents(len(generators), word) for word in relators])
    if rank < len(generators):
        raise BudgetError(
            f"{name} is infinite: its abelianization has the free part Z^{len(generators) - rank}; "
            "add relations"
        )
    try:
        right = enumerate_cosets(len(generators), relators, limit=max_cosets)
    except BudgetError as error:
        raise BudgetError(f"{name}: {error}") from None
    check_order(right.shape[1], name)
    words: dict[int, list[int]] = {0: []}
    queue = [0]
    for x in queue:
        for letter, action in enumerate(right):
            product = int(action[x])
            if product not in words:
                words[product] = [*words[x], letter]
                queue.append(product)
    # Elements in order of word length.
    position = {x: i for i, x in enumerate(queue)}
    ordered = right[:, queue].copy()
    for row in ordered:
        row[:] = [position[int(x)] for x in row]
    labels = tuple(_word_text(words[x], generators) for x in queue)
    return Group(table_from_right_actions(ordered), labels, name)


def read_presentation(scanner: Scanner, *, max_cosets: int = COSET_LIMIT) -> Group:
    """Read what follows the opening "<" up to and with the closing ">"."""
    start = scanner.text.rindex("<", 0, scanner.position)
    names: list[str] = []
    while not scanner.peek("|"):
        at = scanner.skip()
        name = scanner.name()
        if not name:
            scanner.fail(f'expected a generator such as "a", found {scanner.found()}')
        if name in names:
            scanner.fail(f'generator "{name}" is listed twice', at)
        names.append(name)
        if not scanner.accept(","):
            break
    scanner.expect("|")
    relators: list[Word] = []
    while not scanner.peek(">"):
        relators.extend(_relations(scanner, names))
        if not scanner.accept(","):
            break
    scanner.expect(">", f'expected "," or ">" after a relation, found {scanner.found()}')
    text = scanner.text[start : scanner.position]
    return presented_group(names, relators, name=" ".join(text.split()), max_cosets=max_cosets)


def _relations(scanner: Scanner, names: list[str]) -> list[Word]:
    words = [_word(scanner, names, 0)]
    while scanner.accept("="):
        words.append(_word(scanner, names, 0))
    if len(words) == 1:
        return [_reduced(words[0])]
    return [_reduced(u + _inverse(v)) for u, v in pairwise(words)]


def _word(scanner: Scanner, names: list[str], depth: int) -> Word:
    word = _power(scanner, names, depth)
    while True:
        starred = scanner.accept("*")
        following = scanner.text[scanner.skip() : scanner.position + 1]
        if not starred and not (following.isalpha() or following in {"(", "[", "1"}):
            return word
        if not following:
            return word
        word += _power(scanner, names, depth)
        if len(word) > _MAX_WORD:
            scanner.fail(f"the word is longer than {_MAX_WORD} letters")


def _power(scanner: Scanner, names: list[str], depth: int) -> Word:
    at = scanner.skip()
    word = _factor(scanner, names, depth)
    while scanner.accept("^"):
        exponent = scanner.integer("an exponent")
        if len(word) * abs(exponent) > _MAX_WORD:
            scanner.fail(f"the power is longer than {_MAX_WORD} letters", at)
        word = word * exponent if exponent >= 0 else _inverse(word) * -exponent
    return word


def _factor(scanner: Scanner, names: list[str], depth: int) -> Word:
    at = scanner.skip()
    if depth > _MAX_DEPTH:
        scanner.fail(f"brackets are nested more than {_MAX_DEPTH} deep")
    if scanner.accept("("):
        word = _word(scanner, names, depth + 1)
        scanner.expect(")", f'the bracket "(" of column {at + 1} is not closed here')
        return word
    if scanner.accept("["):
        u = _word(scanner, names, depth + 1)
        scanner.expect(",")
        v = _word(scanner, names, depth + 1)
        scanner.expect("]", f'the bracket "[" of column {at + 1} is not closed here')
        return _inverse(u) + _inverse(v) + u + v
    if scanner.accept("1"):
        return ()
    name = scanner.name()
    if not name:
        scanner.fail(
            f"expected a word in {', '.join(names) or 'no generators'}, found {scanner.found()}"
        )
    if name not in names:
        scanner.fail(f'"{name}" is not one of the generators {", ".join(names)}', at)
    return (names.index(name) + 1,)


def _inverse(word: Word) -> Word:
    return tuple(-x for x in reversed(word))


def _reduced(word: Word) -> Word:
    stack: list[int] = []
    for letter in word:
        if stack and stack[-1] == -letter:
            stack.pop()
        else:
            stack.append(letter)
    return tuple(stack)


def _exponents(n_generators: int, word: Word) -> list[int]:
    return [word.count(i + 1) - word.count(-i - 1) for i in range(n_generators)]


def _rank(rows: Sequence[Sequence[int]]) -> int:
    """Rank over the rationals, exactly."""
    matrix = [[Fraction(x) for x in row] for row in rows]
    rank = 0
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((i for i in range(rank, len(matrix)) if matrix[i][column]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        for i in range(rank + 1, len(matrix)):
            factor = matrix[i][column] / matrix[rank][column]
            matrix[i] = [x - factor * y for x, y in zip(matrix[i], matrix[rank], strict=True)]
        rank += 1
    return rank


def _word_text(letters: Sequence[int], names: Sequence[str]) -> str:
    parts: list[tuple[int, int]] = []
    for letter in letters:
        if parts and parts[-1][0] == letter:
            parts[-1] = (letter, parts[-1][1] + 1)
        else:
            parts.append((letter, 1))
    shown = (names[i] if k == 1 else f"{names[i]}^{k}" for i, k in parts)
    return "*".join(shown) or "1"
