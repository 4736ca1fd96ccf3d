environment = "staging"
configuration = {
  COLOUR = "blue"
}
