"""Uses a network of a native library from Python, by its C functions."""

import ctypes
import sys

library = ctypes.CDLL(sys.argv[1])
floats, size = ctypes.POINTER(ctypes.c_float), ctypes.c_size_t
library.fashion_cnn_create.restype = ctypes.c_void_p
library.fashion_cnn_create.argtypes = [ctypes.c_char_p]
library.fashion_cnn_predict.argtypes = [ctypes.c_void_p, floats, size, floats, size]
library.fashion_cnn_destroy.argtypes = [ctypes.c_void_p]
library.fashion_cnn_error.restype = ctypes.c_char_p
library.fashion_cnn_input_size.restype = library.fashion_cnn_output_size.restype = size

inputs, outputs = library.fashion_cnn_input_size(), library.fashion_cnn_output_size()
network = library.fashion_cnn_create(None)
assert network, library.fashion_cnn_error()
x = (ctypes.c_float * inputs)(*[(i * 37 % 101) / 50 - 1 for i in range(inputs)])
y = (ctypes.c_float * outputs)()
assert library.fashion_cnn_predict(network, x, inputs, y, outputs) == 0, library.fashion_cnn_error()
assert library.fashion_cnn_predict(network, x, 1, y, outputs) == -2
assert library.fashion_cnn_error() == b"x has 1 values and y 10; a sample needs 784 and 10."
assert library.fashion_cnn_destroy(network) == 0
assert library.fashion_cnn_destroy(network) == -1
print("outputs", *[f"{value:.5f}" for value in y])
