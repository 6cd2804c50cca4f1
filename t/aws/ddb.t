#!/usr/bin/perl
# The calls of aws/ddb.h and aws/streams.h, made by programs of ours on a real
# DynamoDB Local.
use v5.36;
use Test::More;
use Cruddur::Stack;
use Cruddur::Programs qw(program_ok);

my $stack = Cruddur::Stack->start(only => ['dynamodb']);
program_ok($stack->run("t/aws/$_"), $_) for qw(ddb-calls streams-calls);
done_testing;
