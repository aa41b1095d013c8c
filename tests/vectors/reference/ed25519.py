"""Ed25519 (RFC 8032, section 5.1), without regard to speed or to side channels."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def recover_x(y, sign):
    """Returns the x coordinate of a point, or None if no point of the curve has this y."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def add(a, b):
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, P)
    y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, P)
    return x % P, y % P


def multiply(scalar, point):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def decode(data):
    """Returns the point that 32 bytes encode, or None if the bytes are not a valid encoding."""
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y)


BASE_Y = 4 * pow(5, -1, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y)


def hashed(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def expand(seed):
    """Returns the secret scalar of a seed, and the prefix of its nonces."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & (1 << 254) - 8 | 1 << 254, digest[32:]


def public_key(seed):
    return encode(multiply(expand(seed)[0], BASE))


def sign(seed, message):
    scalar, prefix = expand(seed)
    public = public_key(seed)
    nonce = hashed(prefix, message) % ORDER
    commitment = encode(multiply(nonce, BASE))
    response = (nonce + hashed(commitment, public, message) * scalar) % ORDER
    return commitment + response.to_bytes(32, "little")


def is_weak(point):
    """Returns whether a point has an order of at most 8."""
    return multiply(8, point) == (0, 1)


def verify(public, message, signature):
    """Verifies strictly: the scalar is reduced, and neither point has a small order."""
    key, commitment = decode(public), decode(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or response >= ORDER:
        return False
    if is_weak(key) or is_weak(commitment):
        return False
    challenge = hashed(signature[:32], public, message) % ORDER
    return multiply(response, BASE) == add(commitment, multiply(challenge, key))
