#!/usr/bin/perl
# Every page, wide and narrow, light and dark: axe, overflow, reload, keyboard;
# and a picture of each in web/shots, to be looked at.
use v5.36;
use Cruddur::Browser;

browser_test('look.js');
