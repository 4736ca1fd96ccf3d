environment   = "production"
configuration = { PORT = "80" }
