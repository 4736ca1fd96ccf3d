Feature: Health
  As the platform that runs the service
  I want to know whether an instance lives and whether it may be sent requests
  So that users never reach one that cannot serve them

  Background:
    Given postgresql, redis and payments are up

  Scenario: A healthy instance
    When I GET /readyz
    Then the response status is 200
    And the response field "status" is "ready"

  Scenario: Alive while the database is down
    Given postgresql is down
    When I GET /healthz
    Then the response status is 200

  @error
  Scenario: Not ready while the database is down
    Given postgresql is down
    When I GET /readyz
    Then the response status is 503
    And the response arrives within 5 seconds

  Scenario: Ready again without a restart
    Given postgresql is down
    And I GET /readyz
    And postgresql is up
    When I GET /readyz
    Then the response status is 200

  Scenario: Ready while the cache is down
    Given redis is down
    When I GET /readyz
    Then the response status is 200
    And the response field "checks.redis" is "degraded"

  Scenario: Ready while payments are down
    Given payments is down
    When I GET /readyz
    Then the response status is 200
