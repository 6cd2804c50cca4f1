package Cruddur::DDB;

# A small DynamoDB client for tests: an independent look at what the C code
# wrote. DynamoDB Local takes any signature, so this sends none that is true.
#
#     my $ddb = Cruddur::DDB->new(endpoint => $stack->env->{...});
#     $ddb->put({ pk => 'GRP#x', sk => '...' });
#     my $item = $ddb->get($pk, $sk);            # undef if there is none
#     my @items = $ddb->query($pk);              # all of a pk, in order of sk
#     my @all = $ddb->scan;
#     my $out = $ddb->call('DescribeTable', { TableName => ... });
#
# Items are plain hashes of strings: all attributes of the table are S.

use v5.36;
use Carp qw(croak);
use HTTP::Tiny;
use JSON::PP ();
use JSON::XS ();

my $json = JSON::XS->new->utf8->canonical;

sub new ($class, %args) {
	return bless {
		table => 'cruddur-messages',
		http => HTTP::Tiny->new(timeout => 30),
		%args,
	}, $class;
}

# One call; dies with the error's __type and message.
sub call ($self, $action, $in, %opt) {
	my $target = ($opt{api} // 'DynamoDB_20120810') . ".$action";
	my $answer = $self->{http}->post("$self->{endpoint}/", {
		headers => {
			'Content-Type' => 'application/x-amz-json-1.0',
			'X-Amz-Target' => $target,
			'Authorization' => 'AWS4-HMAC-SHA256 Credential='
			    . 'cruddurdev/20200101/us-east-1/dynamodb/aws4_request,'
			    . ' SignedHeaders=host, Signature=0',
		},
		content => $json->encode($in),
	});
	return $json->decode($answer->{content}) if $answer->{success};
	croak "$action: $answer->{status} $answer->{content}";
}

sub create_table ($self) {
	return $self->call(CreateTable => {
		TableName => $self->{table},
		BillingMode => 'PAY_PER_REQUEST',
		AttributeDefinitions => [
			map { { AttributeName => $_, AttributeType => 'S' } }
			    qw(pk sk message_group_uuid)
		],
		KeySchema => _keys('pk', 'sk'),
		GlobalSecondaryIndexes => [ {
			IndexName => 'message-group-sk-index',
			KeySchema => _keys('message_group_uuid', 'sk'),
			Projection => { ProjectionType => 'ALL' },
		} ],
		StreamSpecification => {
			StreamEnabled => JSON::PP::true,
			StreamViewType => 'NEW_IMAGE',
		},
	});
}

sub _keys ($hash, $range) {
	return [
		{ AttributeName => $hash, KeyType => 'HASH' },
		{ AttributeName => $range, KeyType => 'RANGE' },
	];
}

sub put ($self, @items) {
	while (my @some = splice @items, 0, 25) {
		my @puts = map { { PutRequest => { Item => _typed($_) } } } @some;
		$self->call(BatchWriteItem =>
		    { RequestItems => { $self->{table} => \@puts } });
	}
	return;
}

sub get ($self, $pk, $sk) {
	my $out = $self->call(GetItem => {
		TableName => $self->{table},
		Key => _typed({ pk => $pk, sk => $sk }),
		ConsistentRead => JSON::PP::true,
	});
	return $out->{Item} && _plain($out->{Item});
}

sub delete ($self, $pk, $sk) {
	return $self->call(DeleteItem => {
		TableName => $self->{table},
		Key => _typed({ pk => $pk, sk => $sk }),
	});
}

sub query ($self, $pk) {
	return $self->_pages(Query => {
		KeyConditionExpression => 'pk = :pk',
		ExpressionAttributeValues => { ':pk' => { S => $pk } },
		ConsistentRead => JSON::PP::true,
	});
}

sub scan ($self) {
	return $self->_pages(Scan => { ConsistentRead => JSON::PP::true });
}

sub _pages ($self, $action, $in) {
	my @items;
	my $from;
	do {
		my $out = $self->call($action => {
			%$in, TableName => $self->{table},
			$from ? (ExclusiveStartKey => $from) : (),
		});
		push @items, map { _plain($_) } $out->{Items}->@*;
		$from = $out->{LastEvaluatedKey};
	} while $from;
	return @items;
}

sub _typed ($item) {
	return { map { $_ => { S => "$item->{$_}" } } keys %$item };
}

sub _plain ($item) {
	return { map { $_ => (values $item->{$_}->%*)[0] } keys %$item };
}

1;
