/*
 * Unit tests of drivers/report/report.h: what the page says, that it stands alone, and that nothing
 * in it comes from a name that means something to a browser.
 */
#define _GNU_SOURCE
#include "html.h"
#include "report.h"
#include "report_section.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <zlib.h>

#include "made_up_execution.h"
#include "made_up_run.h"
#include "tables.h"

static enum status write_page(const struct made_up_run *run, const json_t *made)
{
    struct analysed_run analysed = run->analysed;
    analysed.manifest = made;
    analysed.budget_s = 225;
    analysed.budget_most_s = 900;
    return run_folder_write(analysed.folder, "report.html", report_write, &analysed);
}

static json_t *manifest(void)
{
    json_t *made = json_pack(
        "{s:s, s:s, s:s, s:i, s:I, s:i, s:{s:s}, s:{s:s, s:s, s:i, s:i, s:i, s:I}, s:{s:s}}",
        "command", "parbench run --out '<here>'", "started", "2025-01-02T03:04:05Z", "profile",
        "quick", "rounds_at_least", 6, "seed", (json_int_t)9007199254740993, "samples_per_launch",
        1, "versions", "parbench", "1.2.3", "machine", "host", "node<1>", "cpu", "CPU \"x\" & co",
        "allowed", 2, "cores", 2, "hardware_threads", 4, "memory", (json_int_t)1 << 33,
        "environment", "OMP_<X>", "'y'");
    assert_non_null(made);
    return made;
}

static void begin(struct made_up_run *run, unsigned rounds)
{
    made_up_begin(run);
    made_up_kernel(run, "pi");
    made_up_measure(run, rounds);
}

/* With spaces at which no line ends as any others. */
static void loosen(char *page)
{
    static const char firm[] = "&nbsp;";
    const size_t length = sizeof firm - 1;
    for (char *space = page; (space = strstr(space, firm)) != NULL; space++) {
        *space = ' ';
        memmove(space + 1, space + length, strlen(space + length) + 1);
    }
}

/* The page, loosened, which the caller frees. */
static char *page_of(struct made_up_run *run)
{
    json_t *made = manifest();
    made_up_analyse(run);
    assert_int_equal(write_page(run, made), STATUS_OK);
    json_decref(made);
    assert_int_equal(made_up_files(run, ".", ".part"), 0);
    char *page = made_up_read(run, "report.html");
    loosen(page);
    return page;
}

static void expect(const char *page, const char *wanted)
{
    if (!strstr(page, wanted))
        fail_msg("the page has no \"%s\"", wanted);
}

static void test_a_run_that_passed(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    (void)snprintf(run.record.states[0].result, 8, "3.14");
    char *page = page_of(&run);
    expect(page, "PASS");
    assert_null(strstr(page, "FAIL"));
    expect(page, "Size 1 000 000; result 3.14.");
    expect(page, "<td>threads</td><td>2</td><td>500.0</td><td>500.0 – 500.0</td><td>2.000</td>"
                 "<td>2.000 – 2.000</td><td>1.00</td><td>250 ms</td>");
    expect(page, "<td>4*</td>");
    expect(page, "* more workers than cores.");
    expect(page, "6 rounds");
    expect(page, "9007199254740993");
    expect(page, "Serial takes pi 1.00 s.");
    expect(page, "1.2.3");
    free(page);
    made_up_end(&run);
}

static void test_one_is_not_many(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    made_up_measure(&run, 1);
    char *page = page_of(&run);
    expect(page, "All 1 sample of 1 cell were verified.");
    expect(page, "of their cell: 0 of 1 sample, ");
    free(page);
    made_up_fail(&run, 0, "killed");
    page = page_of(&run);
    expect(page, "1 of 1 cell failed or did not verify.");
    free(page);
    made_up_end(&run);
}

/* A run that was cut: a cell lost updates, as expected, and another one was not measured. */
static void test_losses_and_what_was_not_measured(void **state)
{
    struct made_up_run run;
    size_t kept = 0;
    (void)state;
    begin(&run, 6);
    made_up_folder(&run, "logs");
    run.record.ending = ENDING_SIGNAL;
    for (size_t i = 0; i < run.record.count; i++) {
        struct row row = run.record.rows[i];
        if (row.cell == 1) {
            row.verified = false;
            row.updates = 9;
            row.lost = 2;
        }
        if (row.cell != 2)
            run.record.rows[kept++] = row;
    }
    run.record.count = kept;
    char *page = page_of(&run);
    expect(page, "that there are were verified,\nbut for 1 cell: updates were lost there, as\n"
                 "expected.");
    expect(page, "1 worker:</b> lost 12 of 54 updates, as expected</li>");
    expect(page, "What was not measured");
    assert_null(strstr(page, "</ul>\n.</p>"));
    assert_null(strstr(page, "</ul>\n; what its processes"));
    free(page);
    made_up_end(&run);
}

/* Models by kernels before all else, with the same words as on a terminal. */
static void test_the_answer_at_a_glance(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    char *page = page_of(&run);
    expect(page, "<th scope=\"col\"><a href=\"#on-pi\">pi</a></th></tr></thead>\n");
    expect(page, "<tr><th scope=\"row\">threads</th><td class=\"level-5\" style=\"--share: 100%\">"
                 "<div><b>2.00 [2.00,2.00]</b> <span>100 %</span></div><div>at 2</div></td></tr>");
    assert_true(strstr(page, "class=\"overview\"") < strstr(page, "<h2>Findings</h2>"));
    free(page);
    made_up_end(&run);
}

/* Without intervals there is nothing to say but how many rounds would do. */
static void test_too_few_rounds_have_no_findings(void **state)
{
    struct made_up_run run;
    char open[FINDINGS_OPEN_MAX];
    (void)state;
    begin(&run, 5);
    made_up_analyse(&run);
    assert_int_equal(run.analysed.findings.count, 0);
    findings_say_open(&run.analysed, open);
    assert_string_equal(open, "5 rounds are too few for intervals, and so for findings: take 6 "
                              "(parbench run --resume DIR --rounds 6).");
    made_up_end(&run);
    begin(&run, 1);
    made_up_analyse(&run);
    findings_say_open(&run.analysed, open);
    assert_string_equal(open, "1 round is too few for intervals, and so for findings: take 6 "
                              "(parbench run --resume DIR --rounds 6).");
    made_up_end(&run);
}

/* Its beginning, up to what HTML writes otherwise. */
static void expect_finding(const char *page, const struct finding *finding)
{
    char text[128];
    (void)snprintf(text, sizeof text, "%.*s", (int)strcspn(finding->text, "'"), finding->text);
    expect(page, text);
}

/* At most seven before all else, with one sentence on what is open; all with their kernels. */
static void test_findings_stand_first_and_with_their_kernels(void **state)
{
    struct made_up_run run;
    const struct finding *strongest[FINDINGS_STRONGEST];
    (void)state;
    begin(&run, 6);
    made_up_kernel(&run, "primes");
    record_free(&run.record);
    made_up_measure(&run, 6);
    char *page = page_of(&run);
    const struct findings *findings = &run.analysed.findings;
    char *begin = strstr(page, "<h2>Findings</h2>"), *pi = strstr(page, "<h2>pi</h2>");
    const char *primes = strstr(page, "<h2>primes</h2>");
    assert_true(begin < pi && pi < primes);
    pi[-1] = '\0';
    assert_non_null(strstr(begin, "2 more comparisons are not decided after 6 rounds"));
    for (size_t i = findings_strongest(findings, strongest); i-- > 0;)
        expect_finding(begin, strongest[i]);
    assert_true(findings->count > 3);
    for (size_t i = 0; i < findings->count; i++)
        expect_finding(findings->all[i].kernel == 0 ? pi : primes, &findings->all[i]);
    free(page);
    made_up_end(&run);
}

static void test_both_bases_stand_beside_the_speedups(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    char *page = page_of(&run);
    expect(page, "<p>In this table: speedup over serial, 1.00 s.</p>");
    assert_null(strstr(page, "absolute speedup"));
    free(page);
    made_up_end(&run);

    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_algorithm(&run, "pi", "<a>", "serial", 1);
    made_up_measure(&run, 6);
    page = page_of(&run);
    expect(page, "<p>In this table: speedup over serial, 1.00 s, the fastest of 2 algorithms.</p>");
    assert_null(strstr(page, "absolute speedup"));
    free(page);
    for (size_t i = 0; i < run.record.count; i++)
        if (run.record.rows[i].cell == run.plan.count - 1)
            run.record.rows[i].seconds = 0.0625;
    page = page_of(&run);
    expect(page, "<p>In this table: speedup over serial, 1.00 s; absolute over "
                 "pi:algorithm=&lt;a&gt;, 62.5 ms.</p>");
    expect(page, "<td>serial (&lt;a&gt;)</td><td>1</td><td>62.50</td>");
    expect(page, "<th scope=\"col\">efficiency</th><th scope=\"col\">absolute speedup</th><th "
                 "scope=\"col\">95 % interval</th>");
    /* In the unit of the models' times. */
    expect(page, "<td>threads</td><td>2</td><td>500.0</td><td>500.0 – 500.0</td><td>2.000</td>"
                 "<td>2.000 – 2.000</td><td>1.00</td><td>0.125</td><td>0.125 – 0.125</td>");
    expect(page, "Serial takes pi 1.00 s, pi:algorithm=&lt;a&gt; 62.5 ms.");
    free(page);
    made_up_end(&run);
}

/* A term and what it says. */
static void expect_term(const char *page, const char *term, const char *what)
{
    char wanted[256];
    (void)snprintf(wanted, sizeof wanted, "<dt>%s</dt><dd>%s</dd>", term, what);
    expect(page, wanted);
}

static void test_the_machine_is_described(void **state)
{
    struct made_up_run run;
    json_t *libraries = json_loads(
        "{\"versions\": {\"parbench\": \"1.2.3\", \"commit\": \"abc\", \"modified\": true,"
        "  \"openmp\": \"4.5\", \"papi\": null},"
        " \"machine\": {\"smt\": false, \"turbo\": true, \"governor\": \"powersave\","
        "  \"virtual_machine\": true, \"hypervisor\": \"xen\", \"container\": null,"
        "  \"system\": \"Linux 6\", \"architecture\": \"x86_64\", \"memory\": null,"
        "  \"topology\": {\"packages\": 2, \"numa_nodes\": 1, \"cores\": 64},"
        "  \"counters\": {\"available\": false, \"reason\": \"not <here>\"},"
        "  \"load_average\": [0.5, 1, 2]},"
        " \"models\": {\"<mpi>\": {\"mpi_library\": \"MPI <5>\"}, \"odd\": 3, \"serial\": {}}}",
        0, NULL);
    (void)state;
    assert_non_null(libraries);
    begin(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(write_page(&run, libraries), STATUS_OK);
    json_decref(libraries);
    char *page = made_up_read(&run, "report.html");
    expect_term(page, "parbench", "1.2.3, commit abc, with changes that are in no commit");
    expect_term(page, "OpenMP", "4.5");
    expect_term(page, "SMT", "off");
    expect_term(page, "Turbo", "on");
    expect_term(page, "Frequency governor", "powersave");
    expect_term(page, "Virtual machine", "xen");
    expect_term(page, "System", "Linux 6, x86_64");
    expect_term(page, "Topology", "2 sockets, 1 memory node, 64 cores in all");
    expect_term(page, "Hardware counters", "not &lt;here&gt;");
    expect_term(page, "Load at the start", "0.50, 1.00, 2.00 over 1, 5, 15 minutes");
    expect(page, "<dt><code>&lt;mpi&gt;</code>: mpi_library</dt><dd>MPI &lt;5&gt;</dd>");
    assert_null(strstr(page, "<code>serial</code>"));
    assert_null(strstr(page, "<dt>PAPI"));
    assert_null(strstr(page, "<dt>Container"));
    assert_null(strstr(page, "<dt>Memory"));
    free(page);
    made_up_end(&run);
}

static void test_several_hosts_are_named(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    record_host(&run.record, 0, "node1");
    record_host(&run.record, 1, "node1");
    char *page = page_of(&run);
    assert_null(strstr(page, "from round"));
    assert_null(strstr(page, "and others"));
    free(page);
    record_host(&run.record, 4, "<node2>");
    made_up_analyse(&run);
    page = page_of(&run);
    expect(page, "<dd>node1; from round 5 on &lt;node2&gt;</dd>");
    expect(page, " and others of its kind: ");
    free(page);
    made_up_end(&run);
}

static void test_weak_scaling_has_its_own_table(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_weak(&run, "pi");
    made_up_measure(&run, 6);
    made_up_folder(&run, "figures");
    made_up_write(&run, "figures/weak-pi-efficiency.svg", "<svg/>", 0666);
    char *page = page_of(&run);
    expect(page, "<h3>Weak scaling</h3>");
    expect(page, "Each worker has as much work as size 1 000 000 is.");
    expect(page, "<td>threads</td><td>4</td><td>4 000 000</td><td>1250</td><td>1250 – 1250</td>"
                 "<td>0.800</td><td>0.800 – 0.800</td><td>3.20</td><td>250 ms</td>");
    expect(page, "alt=\"Efficiency, serial&#39;s time over the time with more work, of pi against "
                 "workers, a line per model. With 4: threads 0.80\"");
    assert_true(strstr(page, "<td>4 000 000</td>") > strstr(page, "<h3>Weak scaling</h3>"));
    free(page);
    made_up_end(&run);
}

static void test_laws_of_scaling(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    char *page = page_of(&run);
    expect(page, "No law of scaling is fitted: that takes 4 different worker counts");
    free(page);
    made_up_end(&run);

    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    for (unsigned workers = 1; workers <= 8; workers *= 2) {
        made_up_cell(&run, "pi", "gil", workers, 1u << EXPERIMENT_STRONG);
        run.planned[run.plan.count - 1].oversubscribed = false;
    }
    made_up_measure(&run, 6);
    page = page_of(&run);
    expect(page, "<td>gil</td><td>Amdahl</td><td>f</td><td>1.00</td><td>1.00 – 1.00</td>"
                 "<td>1 – 8</td><td>0.0 %</td>");
    expect(page, "<td>gil</td><td>universal</td><td>kappa</td><td>0.00</td>");
    assert_null(strstr(page, "No law"));
    free(page);
    made_up_end(&run);
}

/* In the only round, what one of two workers of the cell had is what both had. */
static void instrument(struct made_up_run *run, size_t cell, const char *counters,
                       const char *absent)
{
    char text[512];
    struct instrumented sums;
    struct instrumented_events *events = &run->record.states[cell].events;
    (void)snprintf(text, sizeof text,
                   "[{\"busy_s\":0.25,\"processor\":0,\"cpu_s\":0.125,\"voluntary_switches\":1000,"
                   "\"involuntary_switches\":3,\"minor_faults\":20,\"major_faults\":0,"
                   "\"peak_memory_bytes\":4194304,\"counters\":{%s}},"
                   "{\"busy_s\":0.25,\"processor\":1,\"cpu_s\":0.125,\"voluntary_switches\":1000,"
                   "\"involuntary_switches\":3,\"minor_faults\":20,\"major_faults\":0,"
                   "\"peak_memory_bytes\":8388608,\"counters\":{%s}}]",
                   counters, counters);
    assert_true(made_up_sum(0.5, text, absent, events, &sums));
    sums.cell = cell;
    sums.round = 0;
    record_instrumented(&run->record, &sums);
}

static unsigned occurrences(const char *page, const char *wanted)
{
    unsigned count = 0;
    while ((page = strstr(page, wanted))) {
        page++;
        count++;
    }
    return count;
}

static void test_what_was_counted(void **state)
{
    const char counters[] =
        "\"PAPI_TOT_INS\":30000,\"PAPI_TOT_CYC\":20000,\"PAPI_<X>\":1,\"PAPI_L3_TCM\":700";
    const char fewer[] = "\"PAPI_TOT_INS\":30000,\"PAPI_TOT_CYC\":20000,\"PAPI_L3_TCM\":null";
    struct made_up_run run;
    (void)state;
    begin(&run, 1);
    instrument(&run, 0, counters, "{}");
    instrument(&run, 8, fewer, "{\"PAPI_L3_TCM\":\"no <such> event\"}");
    char *page = page_of(&run);
    expect(page, "<th scope=\"col\">CPU time</th><th scope=\"col\">switches, voluntary</th><th "
                 "scope=\"col\">involuntary</th>"
                 "<th scope=\"col\">faults, minor</th><th scope=\"col\">major</th><th "
                 "scope=\"col\">peak memory</th></tr>");
    expect(page, "<td>threads</td><td>2</td><td>250 ms</td><td>2 000</td><td>6</td><td>40</td>"
                 "<td>0</td><td>8.0 MiB</td></tr>");
    expect(page, "<th scope=\"col\">instructions</th><th scope=\"col\">cycles</th><th "
                 "scope=\"col\">IPC</th><th scope=\"col\">PAPI_L3_TCM</th></tr>");
    expect(page, "<td>serial</td><td>1</td><td>60 000</td><td>40 000</td><td>1.50</td>"
                 "<td>1 400</td></tr>");
    expect(page, "<td>threads</td><td>2</td><td>60 000</td><td>40 000</td><td>1.50</td>"
                 "<td>–</td></tr>");
    expect(page, "in PAPI’s own words: PAPI_L3_TCM: no &lt;such&gt; event.</p>");
    free(page);
    made_up_end(&run);
}

static void test_absent_counters_are_told_of_once(void **state)
{
    const char none[] = "\"PAPI_TOT_INS\":null,\"PAPI_TOT_CYC\":null,\"PAPI_L3_TCM\":null";
    const char absent[] = "{\"PAPI_TOT_INS\":\"no PMU\",\"PAPI_TOT_CYC\":\"no PMU\","
                          "\"PAPI_L3_TCM\":\"no event\"}";
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_kernel(&run, "primes");
    made_up_measure(&run, 1);
    for (size_t i = 0; i < run.plan.count; i++)
        instrument(&run, i, none, absent);
    char *page = page_of(&run);
    /* In a section of its own behind those of the kernels, since it is of all of them. */
    expect(page, "</section>\n<details class=\"section\" id=\"on-what-was-not-counted\">\n"
                 "<summary><h2>What was not counted</h2></summary>\n<p>Hardware counters");
    expect(page, "in PAPI’s own words: PAPI_TOT_INS, PAPI_TOT_CYC: no PMU; PAPI_L3_TCM: no event. "
                 "Without instructions or cycles there is no instruction and IPC scaling.</p>");
    assert_int_equal(occurrences(page, "no PMU"), 1);
    assert_int_equal(occurrences(page, "<h3>What was counted</h3>"), 2);
    assert_null(strstr(page, "<th scope=\"col\">instructions</th>"));
    free(page);
    made_up_end(&run);

    begin(&run, 1); /* whose workers nobody looked at */
    page = page_of(&run);
    assert_null(strstr(page, "<h3>What was counted</h3>"));
    assert_null(strstr(page, "PAPI’s own words"));
    free(page);
    made_up_end(&run);
}

/* Runs of old lack some of it; what is scaled with the workers has its size beside it. */
static void test_what_is_not_known_is_a_dash(void **state)
{
    struct made_up_run run;
    struct instrumented sums;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_weak(&run, "pi");
    made_up_measure(&run, 1);
    const size_t last = run.plan.count - 1; /* threads with 4 workers and their work */
    assert_true(made_up_sum(0.5, "[{\"busy_s\":0.25,\"cpu_s\":0.125}]", "{}",
                            &run.record.states[last].events, &sums));
    sums.cell = last;
    sums.round = 0;
    record_instrumented(&run.record, &sums);
    char *page = page_of(&run);
    expect(page, "<td>threads</td><td>4</td><td>4 000 000</td><td>125 ms</td><td>–</td><td>–</td>"
                 "<td>–</td><td>–</td><td>–</td></tr>");
    free(page);
    made_up_end(&run);
}

static void test_what_failed_comes_first(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    made_up_fail(&run, 8, "rank 1 of <node> was killed");
    char *page = page_of(&run);
    expect(page, "FAIL");
    expect(page, "1 of 10 cells failed");
    expect(page, "pi, threads, 2 workers:</b> rank 1 of &lt;node&gt; was killed");
    assert_true(strstr(page, "&lt;node&gt; was killed") < strstr(page, "<table>"));
    free(page);
    made_up_end(&run);
}

static void test_noise_is_told_with_the_verdict(void **state)
{
    struct made_up_run run;
    struct noise noise = noise_unknown;
    (void)state;
    begin(&run, 6);
    noise.seconds = 2;
    noise.stolen = 0.125;
    noise.others = 0;
    record_noise(&run.record, 3, &noise);
    char *page = page_of(&run);
    expect(page, "<p class=\"verdict noisy\">PASS, but NOISY</p>\n");
    expect(page, "<aside class=\"noise\" aria-label=\"Noise\">\n<p><b>NOISY: others took 12.5 % "
                 "of the cores&#39; time, and 12.5 % in round 4.</b> ");
    expect(page, "and measure again.</p>\n</aside>");
    assert_true(strstr(page, "<h1>") < strstr(page, "NOISY"));
    free(page);
    made_up_end(&run);

    begin(&run, 6);
    page = page_of(&run);
    assert_null(strstr(page, "NOISY"));
    assert_null(strstr(page, "<aside"));
    expect(page, "were verified.</p>\n<p class=\"soft\">Noise unknown: what others took of the "
                 "cores&#39; time "
                 "is not recorded.</p>\n");
    free(page);
    made_up_end(&run);
}

static void test_wide_intervals_have_a_mark(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    for (size_t i = 0; i < run.record.count; i++)
        if (run.record.rows[i].cell == 8 && run.record.rows[i].round == 5)
            run.record.rows[i].seconds = 0.6; /* threads, two workers: 500 – 600 ms */
    run.record.precision = 0.09;
    char *page = page_of(&run);
    expect(page, "<td>threads</td><td>2</td><td>500.0~</td><td>500.0 – 600.0</td>");
    expect(page, "<td>pool</td><td>2</td><td>500.0</td>");
    expect(page, "~ not within the 9 % of the median that were asked for.");
    expect(page, "quartiles of their cell: 1 of 60 samples, ");
    free(page);
    made_up_end(&run);

    begin(&run, 6);
    run.record.precision = 0.09;
    page = page_of(&run);
    assert_null(strchr(page, '~'));
    free(page);
    made_up_end(&run);
}

static void test_too_few_rounds_have_no_interval(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 5);
    char *page = page_of(&run);
    expect(page, "<td>threads</td><td>2</td><td>500.0</td><td>–</td><td>2.000</td><td>–</td>");
    assert_null(strstr(page, "nan"));
    free(page);
    made_up_end(&run);
}

/* What the page says of why there are no more rounds. */
static void expect_ending(enum ending ending, unsigned rounds, const char *wanted)
{
    struct made_up_run run;
    begin(&run, rounds);
    run.record.ending = ending;
    run.record.precision = 0.5;
    char *page = page_of(&run);
    expect(page, wanted);
    free(page);
    made_up_end(&run);
}

static void test_why_there_are_no_more_rounds(void **state)
{
    (void)state;
    expect_ending(ENDING_PRECISION, 6, " Every interval was then within 50 % of its median.</p>");
    expect_ending(ENDING_ROUNDS, 6, " That is as many as were asked for.</p>");
    expect_ending(ENDING_ROUNDS, 5, "; not every interval is within 50 % of its median.</p>");
    expect_ending(ENDING_BUDGET, 6,
                  " Another round would have taken longer than the 225 s of the "
                  "budget; not every interval is within 50 % of its median.</p>");
    expect_ending(ENDING_BUDGET, 5,
                  " longer than the 900 s that the fewest rounds of a profile "
                  "may take; not every interval is");
    expect_ending(ENDING_FAILED, 1,
                  " Every cell had failed then: nothing was left to be measured.");
    expect_ending(ENDING_LACKING, 6,
                  " of the budget were then spent, before launches that had failed were made up "
                  "for.</p>");
    expect_ending(ENDING_SIGNAL, 6, " The run was then cut off.</p>");
}

static void expect_written(void (*write)(FILE *page), const char *wanted)
{
    char *text = NULL;
    size_t length;
    FILE *page = open_memstream(&text, &length);
    assert_non_null(page);
    write(page);
    assert_int_equal(fclose(page), 0);
    assert_string_equal(text, wanted);
    free(text);
}

static void print_all(FILE *page)
{
    html_print(page, "%s<%u>100 %%%zu %.2f %#.3g%%", "<'&", 4000000000u, (size_t)1 << 40, 1.005e3,
               2.0);
    html_print(page, " %s", "1 234 567 and 95 % of 2 1000, a % and b 123");
}

static void fill_all(FILE *page)
{
    json_t *words = json_pack("{s:s, s:s, s:{s:[b, b, i, n]}, s:f, s:s}", "a", "<1>", "two words",
                              "2", "b", "c", 1, 0, 1, "d", 1024.5, "e", "");
    html_fill(page, "{a}b{two words}, {unknown}[{e}|{b.c.3}|{unknown} {a}|{b.c.0!}|", words);
    html_fill(page, "{d}[ {b.c.0} {b.c.0?}{b.c.1}|no]{d:.2}[{a}[{b.c.0!}] {b.c.2:cell}|no]", words);
    html_fill(page, "; {d:ns}, {b.c.2:bytes}, {b.c.1}, {a", words);
    json_decref(words);
}

static void test_what_is_written_into_markup_is_text(void **state)
{
    (void)state;
    expect_written(print_all, "&lt;&#39;&amp;<4000000000>100 %1099511627776 1005.00 2.00%"
                              " 1&nbsp;234&nbsp;567 and 95&nbsp;% of 2 1000, a % and b 123");
    expect_written(fill_all, "&lt;1&gt;b2, 1024.5 on off1024.50&lt;1&gt; 1 cell; "
                             "1024500000000 ns, 1 B, off, &lt;1&gt;");
}

/* Two of one place, or one of none, would leave the page without a section. */
static void test_every_section_has_a_place_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; section_table[i]; i++) {
        assert_true(section_table[i]->place > 0);
        for (size_t other = 0; other < i; other++)
            assert_int_not_equal(section_table[i]->place, section_table[other]->place);
    }
}

/* In the order in which a reader asks. */
static void test_sections_are_in_order(void **state)
{
    static const char *const headings[] = {"<h2>What failed",
                                           "<h2>At a glance",
                                           "<h2>Findings",
                                           "<h2>Strong scaling",
                                           "<h2>Threads under a global lock",
                                           "<h2>pi",
                                           "<h2>How it was measured",
                                           "<h2>What was run, and where",
                                           "<h2>Raw data</h2>"};
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    made_up_folder(&run, "figures");
    made_up_fail(&run, 8, "killed");
    char *page = page_of(&run);
    const char *last = page;
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        const char *heading = strstr(page, headings[i]);
        if (!heading || heading < last)
            fail_msg("%s is not in its place", headings[i]);
        last = heading;
    }
    free(page);
    made_up_end(&run);
}

/* A link of the contents leads to each section, whose heading says the same. */
static void test_contents_lead_to_sections(void **state)
{
    static const struct {
        const char *id, *heading;
        bool is_folded;
    } wanted[] = {{"what-failed", "What failed", false},
                  {"p-i--1", "P-i &lt;1", false},
                  {"how-it-was-measured", "How it was measured", true},
                  {"raw-data", "Raw data", true}};
    struct made_up_run run;
    char text[256];
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "P-i <1");
    made_up_measure(&run, 1);
    made_up_fail(&run, 8, "killed");
    char *page = page_of(&run);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const char *id = wanted[i].id, *heading = wanted[i].heading;
        (void)snprintf(text, sizeof text, "<li><a href=\"#on-%s\">%s</a></li>", id, heading);
        expect(page, text);
        (void)snprintf(text, sizeof text,
                       wanted[i].is_folded ? "<details class=\"section\" id=\"on-%s\">\n"
                                             "<summary><h2>%s</h2></summary>\n"
                                           : "<section id=\"on-%s\">\n<h2>%s</h2>\n",
                       id, heading);
        expect(page, text);
    }
    expect(page, "<details id=\"p-i--1-times-and-speedups\">\n"
                 "<summary><h3>Times and speedups</h3></summary>\n");
    assert_int_equal(occurrences(page, "<details"), occurrences(page, "</details>"));
    assert_int_equal(occurrences(page, "<section"), occurrences(page, "</section>"));
    free(page);
    made_up_end(&run);
}

/* What stands in prose for a word is in braces, which the page has in its style and its data
 * only. */
static void test_no_word_of_the_prose_is_left_out(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_kernel(&run, "pi");
    made_up_weak(&run, "pi");
    made_up_measure(&run, 1);
    char *page = page_of(&run);
    expect(page, "<p>Profile quick: 1 round, each of which launched every cell anew, in an order "
                 "shuffled with the seed 9007199254740993; 1 sample a launch, each checked, none "
                 "dropped. That is as many as were asked for.</p>");
    expect(page, "it assumes no distribution, and exists from 6 rounds on. With one round, the");
    expect(page, "Serial takes pi 1.00 s. Efficiency");
    const char *body = strstr(page, "<main>"), *data = body ? strstr(body, "<script") : NULL;
    assert_true(body && data);
    assert_true(body + strcspn(body, "{}") > data);
    free(page);
    made_up_end(&run);
}

/* Byte by byte as it is in the source. */
static void test_the_style_is_inside(void **state)
{
    struct made_up_run run;
    char style[16384];
    (void)state;
    FILE *file = fopen(STYLE, "r");
    assert_non_null(file);
    const size_t length = fread(style, 1, sizeof style - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_true(length > 0 && length < sizeof style - 1);
    style[length] = '\0';
    begin(&run, 1);
    char *page = page_of(&run);
    const char *inside = strstr(page, "<style>\n");
    assert_non_null(inside);
    assert_ptr_equal(strstr(inside, style), inside + strlen("<style>\n"));
    assert_memory_equal(inside + strlen("<style>\n") + length, "</style>", strlen("</style>"));
    free(page);
    made_up_end(&run);
}

static void test_names_are_escaped(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "<k>", "serial", 1, 0);
    made_up_cell(&run, "<k>", "pool:a=\"&'", 2, 0);
    made_up_measure(&run, 1);
    char *page = page_of(&run);
    expect(page, "&lt;k&gt;");
    expect(page, "pool:<wbr>a=&quot;&amp;&#39;");
    expect(page, "CPU &quot;x&quot; &amp; co");
    expect(page, "parbench run --out &#39;&lt;here&gt;&#39;");
    expect(page, "OMP_&lt;X&gt;");
    assert_null(strstr(page, "<k>"));
    free(page);
    made_up_end(&run);
}

/* The raw data of the page, which is no page any more then. */
static json_t *embedded(char *page)
{
    static const char begin[] = "<script type=\"application/json\" id=\"data\">";
    char *data = strstr(page, begin);
    assert_non_null(data);
    char *end = strstr(data, "</script>");
    assert_non_null(end);
    assert_null(strstr(data + 1, "<script"));
    assert_null(strstr(data, "<!--"));
    *end = '\0';
    json_t *value = json_loads(data + sizeof begin - 1, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(value);
    return value;
}

/* What base64 and then gzip was made of. */
static json_t *unpacked(const json_t *packed)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *text = json_string_value(packed);
    unsigned char bytes[4096], plain[4096];
    unsigned bits = 0, group = 0, count = 0;
    assert_non_null(text);
    assert_int_equal(strlen(text) % 4, 0);
    for (; *text && *text != '='; text++) {
        const char *digit = strchr(digits, *text);
        assert_true(digit && count < sizeof bytes);
        group = group << 6 | (unsigned)(digit - digits);
        bits += 6;
        if (bits >= 8)
            bytes[count++] = (unsigned char)(group >> (bits -= 8));
    }
    z_stream stream = {.next_in = bytes, .avail_in = count, .next_out = plain, .avail_out = 4096};
    assert_int_equal(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(inflateEnd(&stream), Z_OK);
    json_t *value = json_loadb((const char *)plain, stream.total_out, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(value);
    return value;
}

static void test_raw_data_are_inside(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    (void)snprintf(run.planned[0].id, sizeof run.planned[0].id, "a");
    run.plan.places = json_pack("{s:i}", "a", 0);
    made_up_write(&run, "samples.jsonl",
                  "{\"cell\":\"a\",\"kernel\":\"pi\",\"size\":7,\"round\":0,\"sample\":0,"
                  "\"seconds\":0.10000000000000001,\"startup_s\":0,\"verified\":true,"
                  "\"result\":\"</script><!--\\u2028\\u202e\\ud83d\\ude00\\u007f&\"}\n"
                  "not a line\n"
                  "{\"cell\":\"a\",\"round\":0,\"sample\":0,\"seconds\":3,\"startup_s\":0,"
                  "\"verified\":true}\n"
                  "{\"ended\":\"rounds\"}\n",
                  0666);
    char *page = page_of(&run);
    const char *data_begin = strstr(page, "<script type="),
               *data_end = data_begin ? strstr(data_begin, "</script>") : NULL;
    for (const char *byte = data_begin; byte && byte < data_end; byte++)
        assert_true(*byte == '\n' || (*byte >= ' ' && *byte <= '~'));
    expect(page, "In this page stand the run’s manifest and 2 lines of");
    json_t *data = embedded(page);
    json_t *made = manifest();
    assert_true(json_equal(json_object_get(data, "manifest"), made));
    json_t *samples = unpacked(json_object_get(data, "samples"));
    assert_int_equal(json_array_size(samples), 2);
    const json_t *sample = json_array_get(samples, 0);
    assert_string_equal(json_string_value(json_object_get(sample, "result")),
                        "</script><!--\u2028\u202e\U0001f600\x7f&");
    assert_true(json_real_value(json_object_get(sample, "seconds")) == 0.1);
    assert_null(json_object_get(sample, "kernel"));
    json_decref(made);
    json_decref(samples);
    json_decref(data);
    free(page);
    made_up_end(&run);
}

static void test_without_samples_the_page_says_so(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    char *page = page_of(&run);
    expect(page, "cannot be taken in: No such file or directory");
    json_t *data = embedded(page);
    assert_true(json_is_null(json_object_get(data, "samples")));
    json_decref(data);
    free(page);
    made_up_end(&run);
}

static void test_figures_are_inside(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    made_up_folder(&run, "figures");
    made_up_write(&run, "figures/strong-pi-speedup.svg", "<svg/>", 0666);
    made_up_write(&run, "figures/strong-pi-time.svg", "<svg />", 0666);
    made_up_write(&run, "figures/gil.svg", "<svg  />", 0666);
    char *page = page_of(&run);
    expect(page, "src=\"data:image/svg+xml,%3csvg/%3e\"");
    expect(page, "src=\"data:image/svg+xml,%3csvg%20/%3e\"");
    expect(page, "src=\"data:image/svg+xml,%3csvg%20%20/%3e\"");
    expect(page, "alt=\"Speedup over serial of pi against workers, a line per model. With 2: "
                 "gil 1.00, pool 2.00, threads 2.00\"");
    assert_null(strstr(page, "<source"));
    expect(page, "<h2>Threads under a global lock</h2>");
    expect(page, "The figure strong-pi-efficiency is missing");
    assert_null(strstr(page, "The figure strong-pi-speedup is missing"));
    assert_null(strstr(page, "weak-pi")); /* there are no such cells */
    assert_null(strstr(page, "http:"));
    assert_null(strstr(page, "https:"));
    free(page);
    made_up_end(&run);
}

static void test_figures_for_narrow_screens(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    made_up_folder(&run, "figures");
    made_up_folder(&run, "figures/narrow");
    made_up_write(&run, "figures/strong-pi-speedup.svg", "<svg/>", 0666);
    made_up_write(&run, "figures/narrow/strong-pi-speedup.svg", "<svg />", 0666);
    made_up_write(&run, "figures/gil.svg", "<svg/>", 0666);
    made_up_write(&run, "figures/narrow/gil.svg", "<svg  />", 0666);
    char *page = page_of(&run);
    /* One that stands beside others is narrow on every screen. */
    expect(page, "gil 1.00, pool 2.00, threads 2.00\" src=\"data:image/svg+xml,%3csvg%20/%3e");
    expect(page, "<source media=\"screen and (max-width: 40rem)\" "
                 "srcset=\"data:image/svg+xml,%3csvg%20%20/%3e\"><img alt=\"Speedup over serial "
                 "against workers");
    expect(page, "have the numbers.\" src=\"data:image/svg+xml,%3csvg/%3e\"");
    free(page);
    made_up_end(&run);
}

static void test_without_figures_there_is_no_picture(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    char *page = page_of(&run);
    assert_null(strstr(page, "<img"));
    assert_null(strstr(page, "is missing"));                           /* none was asked for */
    assert_null(strstr(page, "<h2>Threads under a global lock</h2>")); /* it is about one */
    free(page);
    made_up_end(&run);
}

static void test_how_samples_were_timed(void **state)
{
    struct made_up_run run;
    (void)state;
    begin(&run, 6);
    made_up_cell(&run, "pi", "mpi", 2, 0);
    made_up_cell(&run, "pi", "hybrid", 2, 0);
    const size_t mpi = run.plan.count - 2, hybrid = run.plan.count - 1;
    run.planned[mpi].ranks = run.planned[hybrid].ranks = 2;
    run.planned[mpi].base_size /= 2;
    record_free(&run.record);
    made_up_measure(&run, 6);
    for (size_t i = 0; i < run.record.count; i++)
        if (run.record.rows[i].cell >= mpi)
            run.record.rows[i].skew_s = run.record.rows[i].cell == mpi ? 2e-6 : 3e-3;
    run.record.rows[run.record.count - 1].uncertain_s = 4e-6; /* hybrid's */
    char *page = page_of(&run);
    expect(page, "<p>Ranks began a sample apart, from the first to the last one, ");
    expect(page,
           "the median of a cell’s samples being from 2.00 us (mpi with 2 workers on pi of "
           "size 1 000 000) to 3.00 ms (hybrid with 2 workers on pi, known to within 4.00 us)");
    assert_null(strstr(page, "not valid"));
    assert_null(strstr(page, "several executions"));
    free(page);
    run.record.rows[run.record.count - 1].is_late = true; /* hybrid's last */
    run.record.states[mpi].executions = 40;
    run.record.states[hybrid].executions = 7;
    page = page_of(&run);
    expect(page, "A sample of 2 cells is several executions timed together, up to 40, since");
    expect(page, "1 sample is not valid: a rank began after the agreed moment. It is kept");
    free(page);
    made_up_end(&run);
}

/* One with two workers is in the table, those with one and of weak scaling are not. */
static void test_every_perturbed_execution_is_told(void **state)
{
    struct made_up_run run;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    made_up_cell(&run, "pi", "threads", 2, 1u << EXPERIMENT_STRONG);
    made_up_weak(&run, "pi");
    made_up_measure(&run, 6);
    for (size_t i = 0; i < run.plan.count; i++) {
        const unsigned workers = run.planned[i].workers;
        for (unsigned round = 0; round < 6; round++) {
            const struct instrumented execution = {.cell = i,
                                                   .round = round,
                                                   .workers = workers,
                                                   .wall_s = workers < 4 ? 2 : 1.25,
                                                   .busy_sum_s = 1,
                                                   .busy_max_s = 1.0 / workers,
                                                   .instructions = NAN,
                                                   .cycles = NAN};
            record_instrumented(&run.record, &execution);
        }
    }
    char *page = page_of(&run);
    expect(page, "<td>threads !</td><td>0.500</td><td>2</td>");
    expect(page, "Where the time went is not shown of these, ");
    /* The last one was not itself, but what it is held against. */
    expect(page, "95 % confidence: serial with 1 worker, threads with 1 worker, threads with 2 "
                 "workers in weak scaling, threads with 4 workers in weak scaling.</p>");
    free(page);
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    tables_print(stream, &run.analysed);
    assert_int_equal(fclose(stream), 0);
    expect(text,
           "\n! also for these, which are in no table of where the time went:\n  serial with 1 "
           "worker, threads with 1 "
           "worker, threads with 2 workers in weak\n  scaling, threads with 4 workers in weak "
           "scaling\n");
    expect(text, "\n! those of this cell, or of serial, took over 5 %");
    free(text);
    made_up_end(&run);

    begin(&run, 6); /* nobody was instrumented */
    page = page_of(&run);
    assert_null(strstr(page, "perturbed"));
    free(page);
    made_up_end(&run);
}

/* How many lines of the text begin like this. */
static unsigned lines_with(const char *text, const char *begin)
{
    unsigned count = 0;
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        count += strncmp(line, begin, strlen(begin)) == 0;
    }
    return count;
}

/* Options make labels longer than any column; a table's stay below each other. */
static void test_long_labels_leave_a_table_aligned(void **state)
{
    const char *longest = "pool:dispatch=imap_unordered:chunk=1048576:transport=shared-memory:"
                          "start=forkserver:barrier=sense-reversing:wait=spin:last=yes";
    struct made_up_run run;
    char *text = NULL;
    size_t length;
    (void)state;
    made_up_begin(&run);
    made_up_cell(&run, "pi", "serial", 1, 1u << EXPERIMENT_STRONG);
    for (unsigned workers = 1; workers <= 4; workers *= 2)
        made_up_cell(&run, "pi", "threads:schedule=guided:chunk=16", workers,
                     1u << EXPERIMENT_STRONG);
    for (unsigned workers = 1; workers <= 2; workers *= 2)
        made_up_cell(&run, "pi", longest, workers, 1u << EXPERIMENT_STRONG);
    made_up_measure(&run, 6);
    made_up_analyse(&run);
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    tables_print(stream, &run.analysed);
    assert_int_equal(fclose(stream), 0);
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 80)
            fail_msg("more than 80 columns: %.100s", line);
    /* Once, with all of its rows below. */
    assert_int_equal(lines_with(text, "threads:schedule=guided:chunk=16\n"), 1);
    assert_int_equal(lines_with(text, "                    1  "), 2);
    assert_int_equal(lines_with(text, "                    2  "), 2);
    assert_int_equal(lines_with(text, "                   4*  "), 1);
    expect(text, "transport=shared-memory:\nstart=forkserver:");
    free(text);
    char *page = page_of(&run);
    expect(page, "<td>threads:<wbr>schedule=guided:<wbr>chunk=16</td>");
    expect(page, "<th scope=\"row\">threads:<wbr>schedule=guided:<wbr>chunk=16</th>");
    free(page);
    made_up_end(&run);
}

/* Sizes that are far apart: each row has a unit of its own, on the page as well. */
static void test_times_of_sizes_have_a_unit_each(void **state)
{
    struct made_up_run run;
    char *text = NULL;
    size_t length;
    (void)state;
    made_up_begin(&run);
    for (unsigned i = 0; i < 2; i++) {
        made_up_cell(&run, "copy", "serial", 1, 1u << EXPERIMENT_MESSAGES);
        run.planned[i].size = run.planned[i].base_size = i ? 16777216 : 2;
        (void)snprintf(run.planned[i].id, sizeof run.planned[i].id, "copy/%u", i);
    }
    record_new(&run.plan, &run.record);
    run.record.ending = ENDING_ROUNDS;
    for (unsigned round = 0; round < 6; round++)
        for (size_t i = 0; i < 2; i++)
            made_up_add(&run, i, round, 0, (i ? 9.78e-3 : 24e-9) * (1 + 0.05 * round), 0.25);
    made_up_analyse(&run);
    FILE *stream = open_memstream(&text, &length);
    assert_non_null(stream);
    tables_print(stream, &run.analysed);
    assert_int_equal(fclose(stream), 0);
    expect(text, "\ncopy, messages\n");
    expect(text, "serial            8 B  27.0 ns [24.0, 30.0]  ");
    expect(text, "serial         64 MiB  11.0 ms [9.78, 12.2]  ");
    free(text);
    char *page = page_of(&run);
    expect(page, "<td>27.0 ns</td><td>24.0 ns – 30.0 ns</td>");
    free(page);
    made_up_end(&run);
}

static void test_a_manifest_may_lack_everything(void **state)
{
    struct made_up_run run;
    json_t *empty = json_object();
    (void)state;
    begin(&run, 6);
    made_up_analyse(&run);
    assert_int_equal(write_page(&run, empty), STATUS_OK);
    json_decref(empty);
    made_up_end(&run);
}

static void test_a_folder_that_is_gone(void **state)
{
    struct made_up_run run;
    json_t *made = manifest();
    (void)state;
    begin(&run, 1);
    made_up_analyse(&run);
    assert_int_equal(own_folder_delete(run.folder), 0);
    assert_int_equal(write_page(&run, made), STATUS_FAILED);
    json_decref(made);
    made_up_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_that_passed),
        cmocka_unit_test(test_one_is_not_many),
        cmocka_unit_test(test_losses_and_what_was_not_measured),
        cmocka_unit_test(test_the_answer_at_a_glance),
        cmocka_unit_test(test_findings_stand_first_and_with_their_kernels),
        cmocka_unit_test(test_too_few_rounds_have_no_findings),
        cmocka_unit_test(test_both_bases_stand_beside_the_speedups),
        cmocka_unit_test(test_the_machine_is_described),
        cmocka_unit_test(test_several_hosts_are_named),
        cmocka_unit_test(test_weak_scaling_has_its_own_table),
        cmocka_unit_test(test_laws_of_scaling),
        cmocka_unit_test(test_what_was_counted),
        cmocka_unit_test(test_absent_counters_are_told_of_once),
        cmocka_unit_test(test_what_is_not_known_is_a_dash),
        cmocka_unit_test(test_what_failed_comes_first),
        cmocka_unit_test(test_noise_is_told_with_the_verdict),
        cmocka_unit_test(test_wide_intervals_have_a_mark),
        cmocka_unit_test(test_too_few_rounds_have_no_interval),
        cmocka_unit_test(test_why_there_are_no_more_rounds),
        cmocka_unit_test(test_what_is_written_into_markup_is_text),
        cmocka_unit_test(test_every_section_has_a_place_of_its_own),
        cmocka_unit_test(test_sections_are_in_order),
        cmocka_unit_test(test_contents_lead_to_sections),
        cmocka_unit_test(test_no_word_of_the_prose_is_left_out),
        cmocka_unit_test(test_the_style_is_inside),
        cmocka_unit_test(test_names_are_escaped),
        cmocka_unit_test(test_raw_data_are_inside),
        cmocka_unit_test(test_without_samples_the_page_says_so),
        cmocka_unit_test(test_figures_are_inside),
        cmocka_unit_test(test_figures_for_narrow_screens),
        cmocka_unit_test(test_without_figures_there_is_no_picture),
        cmocka_unit_test(test_how_samples_were_timed),
        cmocka_unit_test(test_every_perturbed_execution_is_told),
        cmocka_unit_test(test_long_labels_leave_a_table_aligned),
        cmocka_unit_test(test_times_of_sizes_have_a_unit_each),
        cmocka_unit_test(test_a_manifest_may_lack_everything),
        cmocka_unit_test(test_a_folder_that_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
