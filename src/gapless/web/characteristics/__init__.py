"""Pages of characteristics: the list by dimension, one of them, and the dimension sets."""
