#include "deal.h"

#include "memory.h"

#include <stdlib.h>

struct hand {
    unsigned outstanding;
    uint64_t latest; /* how many pieces were handed out before the latest that it got */
};

struct failure {
    uint64_t piece;
    unsigned worker;
    bool waits; /* nobody has the piece since */
};

struct deal {
    struct deal_plan plan;
    struct hand *hands; /* one a worker */
    uint64_t fresh;     /* the first piece that nobody had yet */
    uint64_t dealt, done;
    struct failure *failures;
    size_t failed;
};

struct deal *deal_new(const struct deal_plan *plan)
{
    struct deal *deal = memory_new(1, sizeof *deal);
    deal->plan = *plan;
    deal->hands = memory_new(plan->workers, sizeof *deal->hands);
    return deal;
}

void deal_free(struct deal *deal)
{
    if (!deal)
        return;
    free(deal->failures);
    free(deal->hands);
    free(deal);
}

void deal_reset(struct deal *deal)
{
    free(deal->failures);
    deal->failures = NULL;
    deal->failed = 0;
    deal->fresh = deal->done = 0;
}

static bool has_failed(const struct deal *deal, unsigned worker, uint64_t piece)
{
    for (size_t i = 0; i < deal->failed; i++)
        if (deal->failures[i].worker == worker && deal->failures[i].piece == piece)
            return true;
    return false;
}

static bool is_before(const struct hand *one, const struct hand *other)
{
    return one->outstanding < other->outstanding ||
           (one->outstanding == other->outstanding && one->latest < other->latest);
}

/* The one who is to get the piece; false: who may have it have enough to do. */
static bool find_worker(const struct deal *deal, uint64_t piece, unsigned *found)
{
    const struct hand *best = NULL;
    for (unsigned worker = 0; worker < deal->plan.workers; worker++) {
        const struct hand *hand = &deal->hands[worker];
        if (hand->outstanding >= deal->plan.ahead || (best && !is_before(hand, best)) ||
            has_failed(deal, worker, piece))
            continue;
        best = hand;
        *found = worker;
    }
    return best;
}

static void hand_over(struct deal *deal, unsigned worker)
{
    deal->hands[worker].outstanding++;
    deal->hands[worker].latest = ++deal->dealt;
}

bool deal_next(struct deal *deal, uint64_t *piece, unsigned *worker)
{
    for (size_t i = 0; i < deal->failed; i++) {
        struct failure *failure = &deal->failures[i];
        if (!failure->waits || !find_worker(deal, failure->piece, worker))
            continue;
        failure->waits = false;
        *piece = failure->piece;
        hand_over(deal, *worker);
        return true;
    }
    if (deal->fresh == deal->plan.pieces || !find_worker(deal, deal->fresh, worker))
        return false;
    *piece = deal->fresh++;
    hand_over(deal, *worker);
    return true;
}

void deal_done(struct deal *deal, unsigned worker)
{
    deal->hands[worker].outstanding--;
    deal->done++;
}

bool deal_failed(struct deal *deal, unsigned worker, uint64_t piece)
{
    uint64_t failures = 1;
    for (size_t i = 0; i < deal->failed; i++)
        failures += deal->failures[i].piece == piece;
    deal->failures = memory_grow(deal->failures, deal->failed, sizeof *deal->failures);
    deal->failures[deal->failed++] = (struct failure){piece, worker, true};
    deal->hands[worker].outstanding--;
    return failures <= deal->plan.retries && failures < deal->plan.workers;
}

bool deal_is_over(const struct deal *deal)
{
    return deal->done == deal->plan.pieces;
}
