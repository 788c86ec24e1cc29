"""What kinds of characters a text is made of."""

from dataevolver.kernels import CAPITAL, DIGIT, SPACE, SYMBOL, measured, share


def apply(batch, params):
    return measured(batch.column("value"), shares)


def shares(text):
    spaces, symbols, digits, capitals = map(text.count, (SPACE, SYMBOL, DIGIT, CAPITAL))
    visible = text.sizes - spaces
    return {
        "alphanumeric": share(visible - symbols, visible),
        "digits": share(digits, visible),
        "capitals": share(capitals, visible - symbols - digits),
        "whitespace": share(spaces, text.sizes),
    }
