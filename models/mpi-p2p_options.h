/*
 * What can be set of the model `mpi-p2p`, with what does the same in mpi4py.
 */
#pragma once

#include "model.h"

static const struct model_option mpi_p2p_options[] = {
    {.name = "mode",
     .kind = OPTION_CHOICE,
     .values = {{.word = "standard", .python = "Send, Isend, Send_init; send"},
                {.word = "buffered", .python = "Bsend, Ibsend, Bsend_init", .copies = 2},
                {.word = "synchronous", .python = "Ssend, Issend, Ssend_init"},
                {.word = "ready", .python = "Rsend, Irsend, Rsend_init"}},
     .initial = "standard",
     .help = "a send is complete when the library likes, once it is copied, or once its receiver "
             "receives; or it is to one that does already"},
    {.name = "call",
     .kind = OPTION_CHOICE,
     .values = {{.word = "blocking", .python = "Send, Recv"},
                {.word = "nonblocking", .python = "Isend, Irecv; Request.wait, test"},
                {.word = "persistent", .python = "Send_init, Recv_init; Prequest.Start"}},
     .initial = "blocking",
     .help = "who sends waits for that, computes meanwhile, or starts what was prepared once"},
    {.name = "chunk",
     .kind = OPTION_COUNT,
     .values = {{.word = "auto"}},
     .initial = "auto",
     .help =
         "most items of a piece, two of which are in flight for each rank; auto: a quarter of a "
         "share, rounded up"},
    {0},
};

static const struct refusal mpi_p2p_refusals[] = {
    {"call=blocking", "chunk", "a share is one message, which is waited for"},
    {"call=persistent", "chunk", "a share is one message, which is prepared once"},
    {0},
};
