#!/usr/bin/perl
# What the client does when the session ends, the server goes, a page is gone.
use v5.36;
use Cruddur::Browser;

browser_test('failures.js');
