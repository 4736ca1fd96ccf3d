Feature: Cancel an order
  As the back office
  I want to cancel an order and give the payment back
  So that customers are not charged for what they do not want

  Background:
    Given postgresql, redis and payments are up
    And I POST /orders with:
      """json
      {
        "customer_id": "c-1003",
        "currency": "EUR",
        "payment_token": "tok_visa",
        "items": [{"sku": "TEA-250G", "quantity": 2, "unit_price_cents": 450}]
      }
      """
    And I keep the response field "order_id"

  @journey
  Scenario: An order is cancelled
    When I POST /orders/{order_id}/cancel
    Then the response status is 200
    And the response field "status" is "cancelled"

  Scenario: Cancelling twice changes nothing
    Given I POST /orders/{order_id}/cancel
    When I POST /orders/{order_id}/cancel
    Then the response status is 200
    And the response field "status" is "cancelled"

  @error
  Scenario: The payment cannot be given back
    Given payments is down
    When I POST /orders/{order_id}/cancel
    Then the response status is 503

  @error
  Scenario: An unknown order
    When I POST /orders/00000000-0000-0000-0000-000000000000/cancel
    Then the response status is 404
