package Cruddur::Issuer;

# An issuer of access tokens of the test's own, with a site that serves its
# keys and counts how often it was asked.
#
#     my $issuer = Cruddur::Issuer->start;             # key "k1", published
#     Cruddur::Stack->start(settings => $issuer->settings);
#     $issuer->token(sub => $uuid)                     # a good one
#     $issuer->token(sub => $uuid, exp => time - 31)   # claims as given
#     $issuer->token({ alg => 'RS256', kid => 'k2' }, sub => $uuid)
#     $issuer->add_key('k2'); $issuer->publish('k1', 'k2');
#     $issuer->fetches

use v5.36;
use Crypt::OpenSSL::RSA;
use File::Temp qw(tempdir);
use JSON::PP ();
use MIME::Base64 qw(encode_base64url);
use Cruddur::Site;
use Cruddur::Stack qw(slurp);

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

sub start ($class, %args) {
	my $self = bless {
		client_id => 'test-client',
		dir => tempdir(CLEANUP => 1),
		%args,
	}, $class;
	$self->add_key('k1');
	$self->publish('k1');
	$self->{site} = Cruddur::Site->start(sub ($request) {
		append("$self->{dir}/fetches", 'x');
		return (200, 'application/json', slurp("$self->{dir}/jwks"));
	});
	return $self;
}

sub url ($self) { return $self->{site}->url . '/pool' }
sub jwks_url ($self) { return $self->url . '/.well-known/jwks.json' }
sub client_id ($self) { return $self->{client_id} }

sub settings ($self) {
	return {
		CRUDDUR_ISSUER => $self->url,
		AWS_COGNITO_CLIENT_ID => $self->client_id,
	};
}

sub add_key ($self, $kid) {
	return $self->{key}{$kid} = Crypt::OpenSSL::RSA->generate_key(2048);
}

# The public key as PEM, as a forger would have it.
sub pem ($self, $kid) {
	return $self->{key}{$kid}->get_public_key_x509_string;
}

# What the site serves from now on: these keys, or any text.
sub publish ($self, @kids) {
	my @keys = map {
		my ($n, $e) = $self->{key}{$_}->get_key_parameters;
		{
			kty => 'RSA', use => 'sig', alg => 'RS256', kid => $_,
			n => encode_base64url($n->to_bin),
			e => encode_base64url($e->to_bin),
		}
	} @kids;
	return $self->publish_text($json->encode({ keys => \@keys }));
}

sub publish_text ($self, $text) {
	open my $out, '>', "$self->{dir}/new" or die $!;
	print $out $text;
	close $out or die $!;
	rename "$self->{dir}/new", "$self->{dir}/jwks" or die $!;
	return;
}

sub fetches ($self) { return (-s "$self->{dir}/fetches") // 0 }

# A token; first argument, if it is a hash: the header. A claim that is undef
# is left out.
sub token ($self, @args) {
	my $header = ref $args[0] ? shift @args : { alg => 'RS256', kid => 'k1' };
	my %claims = (
		iss => $self->url, client_id => $self->client_id,
		token_use => 'access', iat => time, exp => time + 3600, @args,
	);
	delete @claims{ grep { !defined $claims{$_} } keys %claims };
	my $key = $self->{key}{ $header->{kid} // 'k1' } // $self->{key}{k1};
	$key->use_sha256_hash;
	$key->use_pkcs1_padding;
	my $signed = join '.', map { encode_base64url($json->encode($_)) }
	    $header, \%claims;
	return $signed . '.' . encode_base64url($key->sign($signed));
}

sub append ($path, $text) {
	open my $out, '>>', $path or die "$path: $!";
	print $out $text;
	close $out or die "$path: $!";
	return;
}

1;
