"""Go's templates as far as labels and annotations of alerts use them."""
