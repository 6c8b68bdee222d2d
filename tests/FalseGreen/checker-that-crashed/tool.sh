true # it meant to run the tests here
