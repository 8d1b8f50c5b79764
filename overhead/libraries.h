/*
 * What libraries offer for kernels: what a programmer would call instead. All of it runs on one
 * core.
 */
#pragma once

#include "probe.h"

/* Lists of one way each; of none, where the library was not there when the suite was built. */
extern const struct way library_sieve[];     /* primesieve's iterator, for `primes` */
extern const struct way library_factorial[]; /* GMP's mpz_fac_ui, for `factorial` */
