"""The methods that a learning step is compared with, each as good as we can write it."""
