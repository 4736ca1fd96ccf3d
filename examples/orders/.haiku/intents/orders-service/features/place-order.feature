Feature: Place an order
  As the storefront
  I want an order stored and its payment reserved in one request
  So that the customer knows at once whether the order stands

  Background:
    Given postgresql, redis and payments are up

  @journey
  Scenario: An order is placed
    When I POST /orders with:
      """json
      {
        "customer_id": "c-1001",
        "currency": "EUR",
        "payment_token": "tok_visa",
        "items": [
          {"sku": "TEA-250G", "quantity": 2, "unit_price_cents": 450},
          {"sku": "MUG-RED", "quantity": 1, "unit_price_cents": 1290}
        ]
      }
      """
    Then the response status is 201
    And the response field "status" is "confirmed"
    And the response field "total_cents" is 2190

  @error
  Scenario: The payment is declined
    Given payments answers 402
    When I POST /orders with:
      """json
      {
        "customer_id": "c-1001",
        "currency": "EUR",
        "payment_token": "tok_declined",
        "items": [{"sku": "TEA-250G", "quantity": 2, "unit_price_cents": 450}]
      }
      """
    Then the response status is 402
    And the response field "detail" is "payment declined"

  @error
  Scenario: Payments are down
    Given payments is down
    When I POST /orders with:
      """json
      {
        "customer_id": "c-1001",
        "currency": "EUR",
        "payment_token": "tok_visa",
        "items": [{"sku": "TEA-250G", "quantity": 2, "unit_price_cents": 450}]
      }
      """
    Then the response status is 503
    And the response field "detail" is "payments is unavailable"
    And the response arrives within 3 seconds

  @error
  Scenario: The database is down
    Given postgresql is down
    When I POST /orders with:
      """json
      {
        "customer_id": "c-1001",
        "currency": "EUR",
        "payment_token": "tok_visa",
        "items": [{"sku": "TEA-250G", "quantity": 2, "unit_price_cents": 450}]
      }
      """
    Then the response status is 503
    And the response field "detail" is "postgresql is unavailable"

  @error
  Scenario: An order without items is refused
    When I POST /orders with:
      """json
      {
        "customer_id": "c-1001",
        "currency": "EUR",
        "payment_token": "tok_visa",
        "items": []
      }
      """
    Then the response status is 422

  @error
  Scenario Outline: An order with a wrong value is refused
    When I POST /orders with:
      """json
      {
        "customer_id": "<customer_id>",
        "currency": "<currency>",
        "payment_token": "tok_visa",
        "items": [{"sku": "TEA-250G", "quantity": <quantity>, "unit_price_cents": 450}]
      }
      """
    Then the response status is 422

    Examples:
      | customer_id | currency | quantity |
      | c-1001      | XXX      | 1        |
      | c-1001      | EUR      | 0        |
      | not an id!  | EUR      | 1        |
