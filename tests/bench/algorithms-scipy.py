"""NumPy's eigh and SciPy's eigsh on the matrices and the operator of algorithms.js, as JSON."""

import json
import sys
import time

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

size, *dense = map(int, sys.argv[1:])


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


print(
    json.dumps(
        {
            "eigh": {n: cpu_ms(lambda: np.linalg.eigh(symmetric(n)), 5) for n in dense},
            "eigsh": [top(tol) for tol in (1e-6, 1e-10, 0)],
        }
    )
)
