#!/usr/bin/perl
# Lighthouse's figures of three pages: what is accessible and good practice at
# least 95, performance printed.
use v5.36;
use Cruddur::Browser;

browser_test('lighthouse.js');
