"""Mechanisms, one file each: equation, parameters, source, kernels."""
