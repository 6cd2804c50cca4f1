#!/usr/bin/perl
# The four access patterns, made by t/ddb/patterns on a real DynamoDB Local and
# Postgres: clashes of time, year ends, keys used twice, conversations of old.
use v5.36;
use Cruddur::Stack;

my $stack = Cruddur::Stack->start(only => [qw(postgres dynamodb)]);
# As the bootcamp's table is: it does not say that it needs no look-ups.
$stack->ddb->delete('META', 'UPGRADED');
my $add = $stack->dbh->prepare('INSERT INTO users (handle, display_name)
    VALUES (?, ?) ON CONFLICT DO NOTHING');
$add->execute($_, "Person $_")
    for qw(andrewbrown ulake), map({ "u$_" } 1 .. 8), map({ "o$_" } 1 .. 6);
$stack->dbh->do(q{UPDATE users SET cognito_user_id = 'sub-' || handle});
my ($status, $out, $err) = $stack->run('t/ddb/patterns');
print $out;
print STDERR $err if $status;
exit $status;
