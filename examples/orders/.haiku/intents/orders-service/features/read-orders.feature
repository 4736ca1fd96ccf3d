Feature: Read orders
  As the storefront or the back office
  I want to see orders
  So that customers and customer service know where they stand

  Background:
    Given postgresql, redis and payments are up
    And I POST /orders with:
      """json
      {
        "customer_id": "c-1002",
        "currency": "EUR",
        "payment_token": "tok_visa",
        "items": [{"sku": "TEA-250G", "quantity": 2, "unit_price_cents": 450}]
      }
      """
    And I keep the response field "order_id"

  @journey
  Scenario: An order is read
    When I GET /orders/{order_id}
    Then the response status is 200
    And the response field "total_cents" is 900

  @journey
  Scenario: The latest orders are listed
    When I GET /orders?customer_id=c-1002&limit=5
    Then the response status is 200

  Scenario: An order is read while the cache is down
    Given redis is down
    When I GET /orders/{order_id}
    Then the response status is 200
    And the response field "status" is "confirmed"

  @error
  Scenario: An unknown order
    When I GET /orders/00000000-0000-0000-0000-000000000000
    Then the response status is 404

  @error
  Scenario: Something that is no order id
    When I GET /orders/not-an-id
    Then the response status is 422
