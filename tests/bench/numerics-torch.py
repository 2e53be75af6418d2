"""Gradient and Hessian-vector product of the bench's networks in torch: double backward, one thread.

Prints one JSON line a network: name, dtype, milliseconds of processor time of each (median).
"""
import json
import sys
import time

import torch

torch.set_num_threads(1)


def median_ms(f, repeats):
    for _ in range(3):
        f()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        f()
        times.append(time.process_time() - start)
    return 1000 * sorted(times)[len(times) // 2]


def mlp(sizes, batch, activation, dtype):
    x = torch.randn(batch, sizes[0], dtype=dtype)
    params = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        params.append((torch.randn(fan_in, fan_out, dtype=dtype) / fan_in**0.5).requires_grad_())
        params.append((0.1 * torch.randn(fan_out, dtype=dtype)).requires_grad_())
    y = torch.randn(batch, 1, dtype=dtype) if sizes[-1] == 1 else torch.arange(batch) % sizes[-1]

    def loss():
        h = x
        for i in range(0, len(params), 2):
            h = h @ params[i] + params[i + 1]
            if i + 2 < len(params):
                h = activation(h)
        if sizes[-1] == 1:
            return ((h - y) ** 2).mean()
        return torch.nn.functional.cross_entropy(h, y)

    return loss, params


def conv(batch, dtype):
    f = torch.nn.functional
    x = torch.randn(batch, 1, 24, 24, dtype=dtype)
    y = torch.arange(batch) % 6
    shapes = [(8, 1, 5, 5), (8,), (16, 8, 5, 5), (16,), (576, 32), (32,), (32, 6), (6,)]
    params = [(0.1 * torch.randn(*s, dtype=dtype)).requires_grad_() for s in shapes]
    c1, d1, c2, d2, w1, b1, w2, b2 = params

    def loss():
        h = f.max_pool2d(torch.tanh(f.conv2d(x, c1, d1, padding=2)), 2)
        h = f.max_pool2d(torch.tanh(f.conv2d(h, c2, d2, padding=2)), 2)
        h = torch.tanh(h.reshape(batch, 576) @ w1 + b1)
        return f.cross_entropy(h @ w2 + b2, y)

    return loss, params


def measure(name, dtype, make, repeats):
    loss, params = make()
    v = [torch.randn_like(p) for p in params]

    def gradient():
        torch.autograd.grad(loss(), params)

    def hvp():
        g = torch.autograd.grad(loss(), params, create_graph=True)
        inner = sum((a * b).sum() for a, b in zip(g, v))
        torch.autograd.grad(inner, params)

    row = {
        "name": name,
        "dtype": str(dtype).split(".")[1],
        "gradient": median_ms(gradient, repeats),
        "hvp": median_ms(hvp, repeats),
    }
    print(json.dumps(row), flush=True)


repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 20
for dtype in (torch.float32, torch.float64):
    nets = {
        "2-16-16-1 tanh, batch 64": lambda: mlp([2, 16, 16, 1], 64, torch.tanh, dtype),
        "2-64-64-1 tanh, batch 256": lambda: mlp([2, 64, 64, 1], 256, torch.tanh, dtype),
        "784-128-64-10 relu, batch 256": lambda: mlp([784, 128, 64, 10], 256, torch.relu, dtype),
        "conv 24×24, batch 64": lambda: conv(64, dtype),
    }
    for name, make in nets.items():
        measure(name, dtype, make, repeats)
