/*
 * When all ranks begin a sample, and how long it took.
 *
 * They begin when they come out of a barrier, at slightly different moments. Where the work is so
 * short that these would tell, rank 0 names a moment that is yet to come, and all begin when their
 * clocks, compared with its own, show it. A rank that begins later makes the sample invalid; when
 * it came too late, the next moment is named longer before. The sample that follows begins with a
 * barrier, so that of two at least one is valid. Source: the round-time scheme of S. Hunold and A.
 * Carpen-Amarie, Hierarchical clock synchronization in MPI, IEEE CLUSTER 2018.
 *
 * Nodes count from different moments, and not equally fast. Ranks that can share memory read one
 * clock. So one rank of each node exchanges messages for all of them, see clock_line.h. On rank 0's
 * own node there is nothing to find out, where a message might come with a delay that is longer
 * than the work. Nodes ask each other in a tree, and many at once: the first asks no one, another
 * one that which asked before and has an answer, and adds to it what it found out. So a comparison
 * takes as long as the tree is deep, and what is uncertain adds up on the way down. Source of the
 * tree: HCA3 in the same paper.
 *
 * Clocks are compared once at the start, so that the record tells how ranks began, and again only
 * where the next sample could begin by the clock if these were better known.
 *
 * All ranks of MPI_COMM_WORLD call each function together.
 */
#pragma once

#include "clock_line.h"
#include "job.h"

#include <mpi.h>

/* A sample begins by the clock if in the one before an execution took less. How many executions a
 * sample has does not matter: cells of the same work begin alike. The first sample of a launch
 * always begins with a barrier. */
#define RANK_TIMER_SHORT_NS 100000

/* And if the execution took at least so many times as long as a clock may be wrong. With less, more
 * than 5 % of a duration could be the clock's error, and nothing would tell; a duration after a
 * barrier is by one clock alone. */
#define RANK_TIMER_CERTAIN 20

struct rank_timer {
    MPI_Comm node;  /* those who read the same clock */
    int *heads;     /* the first rank of each node, rank 0 first of all; NULL where there is one */
    int nodes;      /* as many as there are of these */
    int place;      /* this rank's among them; -1: it is none of them */
    bool one_clock; /* all ranks read it */
    struct clock_line line; /* from this node's clock to rank 0's */
    /* By how much a clock may be wrong at the end of the latest sample, or of a comparison since:
     * where it may be most, and so the same on all ranks. 0 where all read one clock. */
    int64_t uncertain_ns;
    /* With the node that this one asks, of several comparisons. NULL for ranks that ask none. */
    struct clock_exchange *exchanges;
    size_t exchanged;
    int64_t rest_until; /* by this rank's clock: before that, another is not worth its time */

    bool oversubscribed;
    int64_t latest_ns; /* what an execution of the latest sample took; 0: none yet */
    int64_t notice_ns; /* how long before a moment it is named; rank 0's */
    uint64_t begun_ns; /* this rank's actual beginning, by its own clock */
    bool came_late;    /* this rank, to the latest moment */
    bool was_late;     /* any rank, in the latest sample */
    struct rank_start start;
};

/* Finds out who reads which clock, and how they compare. Ranks must be where they stay by then:
 * those that share a core for a while answer late, and would be believed. Where they always share
 * cores they cannot begin at one moment, and so always begin with a barrier. */
void rank_timer_start(struct rank_timer *timer, bool oversubscribed);
void rank_timer_stop(struct rank_timer *timer);

/* Begins a sample; returns from which moment of its own clock this rank's duration counts. */
uint64_t rank_timer_begin(struct rank_timer *timer);

/* Compares the durations, of so many executions, and the beginnings of all ranks, outside of what
 * is timed: the longest one, and how they began, are the outcome's. Compares clocks where the next
 * sample could begin by them if they were better known, for no more than a 20th of the time. */
void rank_timer_end(struct rank_timer *timer, uint64_t duration_ns, unsigned executions,
                    struct outcome *outcome);
