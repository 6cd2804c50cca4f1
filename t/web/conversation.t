#!/usr/bin/perl
# A long conversation: paging back, sending, failing, drafts, two tabs.
use v5.36;
use Cruddur::Browser;

browser_test('conversation.js');
