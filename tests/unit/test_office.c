/*
 * Unit tests of office.h: each piece is had once, what clients bring is where it
 * belongs, and who of them dies holds up nobody else. Nothing depends on how long anything takes,
 * but for a generous bound on hangs.
 */
#define _GNU_SOURCE
#include "office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parcel.h"
#include "process.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HANG_S = 60, PIECES = 29, CLIENTS = 3 };

static const uint64_t second_ns = 1000000000;

/* An office, and all that belongs to it. */
struct scene {
    struct job job;
    struct space space;
    struct office *office;
    unsigned client; /* of the process that is being forked */
};

static void scene_set(struct scene *scene, const char *kernel, uint64_t size)
{
    *scene = (struct scene){
        .job = {.kernel = kernel_find(kernel), .size = size, .workers = CLIENTS, .ranks = 1}};
    scene->space = space_new(&scene->job, PIECES, 1, true);
    map_buffers_fill(&scene->space.map_buffers, kernel_whole(size));
    assert_int_equal(office_start(&scene->space, CLIENTS, &scene->office), STATUS_OK);
}

static void scene_free(struct scene *scene)
{
    office_stop(scene->office);
    space_free(&scene->space);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
}

static enum status ask(struct scene *scene, unsigned client, enum request request, uint64_t *piece,
                       const void *payload, uint64_t bytes, void **answer)
{
    struct frame frame = {request, *piece, bytes};
    void *nothing;
    TRY(office_ask(scene->office, client, &frame, payload, answer ? answer : &nothing));
    *piece = frame.piece;
    return STATUS_OK;
}

static enum status do_piece(struct scene *scene, uint64_t piece)
{
    const struct range range = partials_range(&scene->space.partials, piece);
    void *parcel = NULL, *inputs = NULL;
    uint64_t bytes;
    if (posix_memalign(&parcel, 16, parcel_most(&scene->space)) != 0)
        return STATUS_FAILED;
    enum status status = STATUS_OK;
    if (kernel_is_map(scene->job.kernel))
        status = ask(scene, scene->client, REQUEST_GET, &piece, NULL, 0, &inputs);
    if (status == STATUS_OK)
        status = parcel_compute(&scene->job, range, inputs, parcel, &bytes);
    if (status == STATUS_OK)
        status = ask(scene, scene->client, REQUEST_PUT, &piece, parcel, bytes, NULL);
    free(parcel);
    return status;
}

/* A client: until there are no more pieces. */
static int work(void *context)
{
    struct scene *scene = context;
    for (;;) {
        uint64_t piece = 0;
        if (ask(scene, scene->client, REQUEST_TAKE, &piece, NULL, 0, NULL) != STATUS_OK)
            return 2;
        if (piece >= PIECES)
            return 0;
        if (do_piece(scene, piece) != STATUS_OK)
            return 3;
    }
}

static struct process forked(struct scene *scene, unsigned client, process_work *client_work)
{
    struct process process;
    scene->client = client;
    assert_true(process_fork(&process, client_work, scene));
    return process;
}

static void assert_ends(struct process *process, const char *expected)
{
    siginfo_t information;
    char how[96];
    assert_int_equal(waitid(P_PID, (id_t)process->id, &information, WEXITED | WNOWAIT), 0);
    assert_true(process_has_ended(process, how, sizeof how));
    assert_string_equal(how, expected);
}

static void open_office(struct scene *scene)
{
    uint64_t piece = 0;
    assert_int_equal(ask(scene, OFFICE_OWNER, REQUEST_OPEN, &piece, NULL, 0, NULL), STATUS_OK);
}

static void check_result(struct scene *scene)
{
    const struct kernel *kernel = scene->job.kernel;
    const uint64_t size = scene->job.size;
    struct verdict verdict = {""};
    assert_true(kernel->verify(size, partials_fold(&scene->space.partials), &verdict));
    if (kernel_is_map(kernel))
        assert_int_equal(kernel->wrong(size, kernel_whole(size),
                                       scene->space.map_buffers.output.start, &verdict),
                         0);
}

static void check(const char *kernel, uint64_t size)
{
    struct scene scene;
    scene_set(&scene, kernel, size);
    for (int execution = 0; execution < 2; execution++) {
        struct process clients[CLIENTS];
        office_reset_requests(scene.office);
        open_office(&scene);
        for (unsigned i = 0; i < CLIENTS; i++)
            clients[i] = forked(&scene, i, work);
        for (unsigned i = 0; i < CLIENTS; i++)
            assert_ends(&clients[i], "ended with exit status 0");
        check_result(&scene);
        assert_int_equal(office_requests(scene.office),
                         (kernel_is_map(scene.job.kernel) ? 3 : 2) * PIECES + CLIENTS + 1);
    }
    scene_free(&scene);
}

static void clients_have_each_piece_once(void **state)
{
    (void)state;
    check("squares", 10007);
    check("squares", 5000011); /* more than sockets hold */
    check("factorial", 10007);
    check("pi", 10007);
}

/* ---- Who dies ---- */

/* The only process that this one has forked. */
static pid_t server_of_this_process(void)
{
    char path[64];
    long server = 0;
    (void)snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *children = fopen(path, "r");
    if (!children)
        skip();
    assert_int_equal(fscanf(children, "%ld", &server), 1);
    assert_int_equal(fclose(children), 0);
    return (pid_t)server;
}

static void an_office_that_is_killed_is_noticed_at_the_next_access(void **state)
{
    (void)state;
    struct scene scene;
    uint64_t piece = 0;
    scene_set(&scene, "pi", 1009);
    open_office(&scene);
    assert_int_equal(office_look(scene.office, 0), STATUS_OK);
    assert_int_equal(kill(server_of_this_process(), SIGKILL), 0);
    assert_int_equal(ask(&scene, OFFICE_OWNER, REQUEST_OPEN, &piece, NULL, 0, NULL), STATUS_FAILED);
    assert_int_equal(office_look(scene.office, 10 * second_ns), STATUS_FAILED);
    assert_int_equal(office_look(scene.office, 0), STATUS_FAILED);
    struct process client = forked(&scene, 0, work);
    assert_ends(&client, "ended with exit status 2");
    scene_free(&scene);
}

/* The client waits for an answer, which nobody will give. */
static void an_office_that_is_killed_fails_who_waits_for_it(void **state)
{
    (void)state;
    struct scene scene;
    siginfo_t information;
    scene_set(&scene, "pi", 1009);
    open_office(&scene);
    const pid_t server = server_of_this_process();
    assert_int_equal(kill(server, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)server, &information, WSTOPPED | WNOWAIT), 0);
    struct process client = forked(&scene, 0, work);
    assert_int_equal(kill(server, SIGKILL), 0);
    assert_ends(&client, "ended with exit status 2");
    scene_free(&scene);
}

static void an_office_that_is_stopped_and_continued_goes_on(void **state)
{
    (void)state;
    struct scene scene;
    siginfo_t information;
    scene_set(&scene, "squares", 10007);
    open_office(&scene);
    const pid_t server = server_of_this_process();
    assert_int_equal(kill(server, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)server, &information, WSTOPPED | WNOWAIT), 0);
    struct process client = forked(&scene, 0, work);
    assert_int_equal(kill(server, SIGCONT), 0);
    assert_ends(&client, "ended with exit status 0");
    check_result(&scene);
    scene_free(&scene);
}

/* Takes a piece, begins to put what is longer than sockets hold, and dies in the middle of it. */
static int die_amid_a_request(void *context)
{
    static unsigned char bytes[1 << 22];
    struct scene *scene = context;
    uint64_t piece = 0;
    if (fork() == 0) { /* kills this one once it sleeps in the middle of its request */
        char path[64], line[256];
        (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)getppid());
        for (line[0] = '\0'; !strstr(line, ") S ");) {
            FILE *file = fopen(path, "r");
            if (!file || !fgets(line, sizeof line, file))
                line[0] = '\0';
            if (file)
                (void)fclose(file);
        }
        (void)kill(getppid(), SIGKILL);
        _exit(0);
    }
    (void)ask(scene, scene->client, REQUEST_PUT, &piece, bytes, sizeof bytes, NULL);
    return 1;
}

static void a_client_that_dies_holds_up_nobody_else(void **state)
{
    (void)state;
    struct scene scene;
    siginfo_t information;
    const int next = dup(STDERR_FILENO); /* what it opens first is the end of client 0 */
    (void)close(next);
    scene_set(&scene, "squares", 10007);
    open_office(&scene);
    const pid_t server = server_of_this_process();
    assert_int_equal(kill(server, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)server, &information, WSTOPPED | WNOWAIT), 0);
    struct process dying = forked(&scene, 0, die_amid_a_request);
    assert_ends(&dying, "was killed by signal 9 (Killed)");
    assert_int_equal(shutdown(next, SHUT_RDWR), 0); /* as if nobody else had it */
    assert_int_equal(kill(server, SIGCONT), 0);
    struct process client = forked(&scene, 1, work);
    assert_ends(&client, "ended with exit status 0");
    check_result(&scene);
    scene_free(&scene);
}

static void nonsense_ends_the_office(void **state)
{
    static const struct frame nonsense[] = {
        {REQUEST_PUT + 1, 0, 0}, {REQUEST_GET, PIECES, 0}, {REQUEST_PUT, PIECES, 0}};
    (void)state;
    for (unsigned i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        struct scene scene;
        struct frame frame = nonsense[i];
        void *answer;
        scene_set(&scene, "pi", 1009);
        assert_int_equal(office_ask(scene.office, OFFICE_OWNER, &frame, NULL, &answer),
                         STATUS_FAILED);
        assert_int_equal(office_look(scene.office, 10 * second_ns), STATUS_FAILED);
        scene_free(&scene);
    }
    office_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_have_each_piece_once),
        cmocka_unit_test(an_office_that_is_killed_is_noticed_at_the_next_access),
        cmocka_unit_test(an_office_that_is_killed_fails_who_waits_for_it),
        cmocka_unit_test(an_office_that_is_stopped_and_continued_goes_on),
        cmocka_unit_test(a_client_that_dies_holds_up_nobody_else),
        cmocka_unit_test(nonsense_ends_the_office),
    };
    (void)alarm(HANG_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
