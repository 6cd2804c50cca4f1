#include "base/cert.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>

enum rc
cert_days_left(const char *path, int *days)
{
	enum rc rc = RC_INVALID;
	int seconds = 0;
	X509 *cert;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return RC_NOT_FOUND;
	cert = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	if (cert != NULL && ASN1_TIME_diff(days, &seconds, NULL,
				X509_get0_notAfter(cert)) == 1) {
		if (*days == 0 && seconds < 0)
			*days = -1;
		rc = RC_OK;
	}
	X509_free(cert);
	ERR_clear_error();
	return rc;
}
