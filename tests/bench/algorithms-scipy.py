"""NumPy's eigh, SciPy's eigsh and a Lanczos quadrature written with NumPy, on the matrices and the
operator of algorithms.js, as JSON."""

import json
import sys
import time

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.sparse.linalg import LinearOperator, eigsh
from scipy.stats import wasserstein_distance

size = int(sys.argv[1])
densities = json.loads(sys.argv[2])
dense = [int(n) for n in sys.argv[3:]]


def cpu_ms(f, repeats):
    times = []
    for _ in range(repeats):
        start = time.process_time()
        f()
        times.append(1000 * (time.process_time() - start))
    return sorted(times)[repeats // 2]


def symmetric(n):
    a = np.random.default_rng(1).standard_normal((n, n))
    return a + a.T


index = np.arange(size)
u = np.sin(index + 1.0)
d = np.where(index % 50 == 49, -0.2, 10.0) / (index + 1)
products = 0


def reflect(v):
    return v - (2 / (u @ u)) * (v @ u) * u


def apply(v):
    global products
    products += 1
    return reflect(reflect(v.ravel()) * d)


def top(tol):
    global products
    products = 0
    start = time.process_time()
    op = LinearOperator((size, size), matvec=apply, dtype=float)
    values, vectors = eigsh(op, 10, which="LA", tol=tol, v0=np.random.default_rng(0).standard_normal(size))
    seconds = time.process_time() - start
    spent = products
    residual = max(np.linalg.norm(apply(v) - w * v) for w, v in zip(values, vectors.T))
    return {"tol": tol, "products": spent, "milliseconds": 1000 * seconds, "residual": residual}


def gauss_rule(start, steps):
    """Lanczos with full reorthogonalisation: nodes and weights."""
    basis = np.zeros((steps, size))
    alphas, betas = np.zeros(steps), np.zeros(steps)
    v = start / np.linalg.norm(start)
    for j in range(steps):
        basis[j] = v
        w = apply(v)
        alphas[j] = v @ w
        for _ in range(2):
            w = w - basis[: j + 1].T @ (basis[: j + 1] @ w)
        betas[j] = np.linalg.norm(w)
        v = w / betas[j]
    nodes, vectors = eigh_tridiagonal(alphas, betas[:-1])
    return nodes, vectors[0] ** 2


def density(vectors, steps):
    start = time.process_time()
    random = np.random.default_rng(0)
    rules = [gauss_rule(random.choice([-1.0, 1.0], size), steps) for _ in range(vectors)]
    nodes = np.concatenate([rule[0] for rule in rules])
    weights = np.concatenate([rule[1] for rule in rules])
    milliseconds = 1000 * (time.process_time() - start)
    return {
        "vectors": vectors,
        "steps": steps,
        "products": vectors * steps,
        "milliseconds": milliseconds,
        "distance": wasserstein_distance(nodes, d, weights),
    }


print(
    json.dumps(
        {
            "eigh": {n: cpu_ms(lambda: np.linalg.eigh(symmetric(n)), 5) for n in dense},
            "eigsh": [top(tol) for tol in (1e-6, 1e-10, 0)],
            "density": [density(*shape) for shape in densities],
        }
    )
)
