"""Side-by-side measurements, run by ``make bench``. They print numbers; nothing asserts them."""
