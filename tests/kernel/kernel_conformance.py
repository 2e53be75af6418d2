"""jupyter_kernel_test's suite for the curvlab kernel: everything that a kernel can define."""
import unittest

import jupyter_kernel_test


class CurvlabKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "curvlab"
    language_name = "typescript"
    file_extension = ".ts"

    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("test")'

    completion_samples = [
        {"text": "conso", "matches": {"console"}},
        {"text": "Math.atan", "matches": {"atan", "atan2", "atanh"}},
        {"text": '"text".toUpp', "matches": {"toUpperCase"}},
    ]

    complete_code_samples = ["1", "const a = 1", "function f() {\n  return 1\n}", "`a`", ""]
    incomplete_code_samples = ["function f() {", "const a =", "[1, 2,", "`open", "if (true)", "/* open"]
    invalid_code_samples = ["const = 1", "let a b", "}", "1 +* 2", '"open']

    code_generate_error = 'throw new Error("on purpose")'

    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2, 3].map((n) => n * n)", "result": "[ 1, 4, 9 ]"},
        {"code": '"text"', "result": "'text'"},
        {"code": "await Promise.resolve(7)", "result": "7"},
        {"code": '[{ a: 1, b: "x" }]', "mime": "text/html"},
    ]

    code_display_data = [
        {"code": 'display.html("<b>bold</b>")', "mime": "text/html"},
        {"code": 'display.markdown("**bold**")', "mime": "text/markdown"},
        {"code": 'display.latex("$x^2$")', "mime": "text/latex"},
        {"code": 'display.svg("<svg xmlns=\'http://www.w3.org/2000/svg\'/>")', "mime": "image/svg+xml"},
        {"code": "display.png(new Uint8Array([137, 80, 78, 71]))", "mime": "image/png"},
        {"code": 'display({ [Symbol.for("Jupyter.display")]: () => ({ "text/x-own": "1" }) })', "mime": "text/x-own"},
        {"code": "display(42)", "mime": "text/plain"},
    ]

    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "search", "range")
    code_inspect_sample = "Math.max"
    code_clear_output = "display.clear()"


if __name__ == "__main__":
    unittest.main()
