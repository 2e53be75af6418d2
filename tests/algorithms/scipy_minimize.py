"""Runs SciPy's minimisers on problems that the parent process evaluates.

One JSON document a line on both pipes: a request {"problem", "ask", "x"} gets a number, a vector, a
matrix or a pair; a finished run is reported as {"done": ...}. The time spent waiting for answers is
not counted, so that `seconds` is SciPy's own.
"""

import json
import os
import signal
import sys
import time
import warnings

import numpy as np
from scipy.optimize import least_squares, minimize

warnings.filterwarnings("ignore")
# SciPy's Fortran prints to file 1: keep that for it, and the protocol on a copy.
protocol = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
waiting = 0.0


def ask(problem, what, x):
    global waiting
    start = time.perf_counter()
    finite = [float(v) if np.isfinite(v) else None for v in x]
    print(json.dumps({"problem": problem, "ask": what, "x": finite}), file=protocol, flush=True)
    answer = json.loads(sys.stdin.readline())
    waiting += time.perf_counter() - start
    return np.array([np.nan if v is None else v for v in answer]) if what == "gradient" else answer


def dense(answer):
    return np.array([[np.nan if v is None else v for v in row] for row in answer])


def number(answer):
    return np.inf if answer is None else answer


def run(problem, start, method, limit):
    value = lambda x: number(ask(problem, "value", x))
    gradient = lambda x: ask(problem, "gradient", x)
    hessian = lambda x: dense(ask(problem, "hessian", x))
    if method.startswith("least-squares-"):
        return least_squares(
            lambda x: np.array([np.nan if v is None else v for v in ask(problem, "residuals", x)]),
            start,
            jac=lambda x: dense(ask(problem, "jacobian", x)),
            method=method.removeprefix("least-squares-"),
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
            max_nfev=limit,
        )
    options = {"maxiter": limit}
    if method == "L-BFGS-B":
        options.update(ftol=0, gtol=1e-10, maxfun=20 * limit)
    elif method == "Newton-CG":
        options.update(xtol=1e-12)
    else:
        options.update(gtol=1e-10)
    second = {} if method in ("CG", "BFGS", "L-BFGS-B") else {"hess": hessian}
    return minimize(value, start, jac=gradient, method=method, options=options, **second)


def give_up(*_):
    raise TimeoutError(f"no answer within {PATIENCE} s")


# Some of SciPy's subproblem solvers loop for ever on a singular Hessian.
PATIENCE = 5
signal.signal(signal.SIGALRM, give_up)

for line in sys.stdin:
    job = json.loads(line)
    signal.alarm(PATIENCE)
    waiting = 0.0
    begin = time.perf_counter()
    try:
        result = run(job["problem"], np.array(job["start"]), job["method"], job["limit"])
        x = [float(v) if np.isfinite(v) else None for v in result.x]
        done = {"x": x, "nfev": int(result.nfev), "error": None}
    except Exception as error:  # A refusal of SciPy's is a result of the comparison.
        done = {"x": None, "nfev": 0, "error": f"{type(error).__name__}: {error}"}
    signal.alarm(0)
    done["seconds"] = time.perf_counter() - begin - waiting
    print(json.dumps({"done": done}), file=protocol, flush=True)
