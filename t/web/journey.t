#!/usr/bin/perl
# From sign-up to sign-out in a real browser, and the other person's side.
use v5.36;
use Cruddur::Browser;

browser_test('journey.js');
