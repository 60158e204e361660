package io.millrace.testkit.generator;

import static io.millrace.testkit.generator.Behaviour.CONSTANT;
import static io.millrace.testkit.generator.Behaviour.COUNTER;
import static io.millrace.testkit.generator.Behaviour.NOISE;
import static io.millrace.testkit.generator.Behaviour.PAGES;
import static io.millrace.testkit.generator.Behaviour.SECONDS;
import static io.millrace.testkit.generator.Behaviour.STEPS;
import static io.millrace.testkit.generator.Behaviour.TICKS;

import io.millrace.model.Labels;
import io.millrace.testkit.remotewrite.RemoteWriteRequest;
import io.millrace.testkit.remotewrite.WriteSeries;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node_exporter on a machine with 16 CPUs, 8 disks and 8 network devices exposes: {@link #SERIES} series with its
 * metric names, label shapes and kinds of values. Immutable.
 */
public final class MachineTarget {

    /** Series of one target. */
    public static final int SERIES = 1_230;

    private final String job;
    private final String instance;
    private final List<GeneratedSeries> series = new ArrayList<>(SERIES);

    /** The target {@code number} of job {@code node}, with the instance {@code machine-<number>:9100}. */
    public MachineTarget(int number) {
        this("node", "machine-" + number + ":9100");
    }

    public MachineTarget(String job, String instance) {
        this.job = job;
        this.instance = instance;
        processors();
        disks();
        fileSystems();
        network();
        memory();
        kernel();
        services();
        exporter();
    }

    /** All series, always in the same order. */
    public List<GeneratedSeries> series() {
        return List.copyOf(series);
    }

    /** One scrape as one request. */
    public RemoteWriteRequest scrape(long timeMillis) {
        return RemoteWriteRequest.of(series.stream()
                .map(one -> WriteSeries.of(one.labels()).sample(timeMillis, one.valueAt(timeMillis)))
                .toList());
    }

    private void processors() {
        for (int cpu = 0; cpu < 16; cpu++) {
            for (String mode : List.of("idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user")) {
                boolean unused = mode.equals("irq") || mode.equals("nice") || mode.equals("steal");
                add("node_cpu_seconds_total", unused ? CONSTANT : TICKS, "cpu", "" + cpu, "mode", mode);
            }
            add("node_cpu_guest_seconds_total", CONSTANT, "cpu", "" + cpu, "mode", "nice");
            add("node_cpu_guest_seconds_total", CONSTANT, "cpu", "" + cpu, "mode", "user");
            add("node_cpu_scaling_frequency_hertz", STEPS, "cpu", "" + cpu);
            add("node_cpu_scaling_frequency_max_hertz", CONSTANT, "cpu", "" + cpu);
            add("node_cpu_scaling_frequency_min_hertz", CONSTANT, "cpu", "" + cpu);
            add("node_schedstat_running_seconds_total", SECONDS, "cpu", "" + cpu);
            add("node_schedstat_timeslices_total", COUNTER, "cpu", "" + cpu);
            add("node_schedstat_waiting_seconds_total", SECONDS, "cpu", "" + cpu);
            for (int irq = 24; irq < 30; irq++) {
                add("node_interrupts_total", COUNTER, "cpu", "" + cpu, "devices", "eth0-TxRx", "type", "" + irq);
            }
            add("node_softnet_processed_total", COUNTER, "cpu", "" + cpu);
            add("node_softnet_dropped_total", CONSTANT, "cpu", "" + cpu);
            add("node_softnet_times_squeezed_total", COUNTER, "cpu", "" + cpu);
        }
    }

    private void disks() {
        for (int disk = 0; disk < 8; disk++) {
            String device = "nvme" + disk + "n1";
            for (String name : List.of(
                    "reads_completed_total",
                    "reads_merged_total",
                    "read_bytes_total",
                    "writes_completed_total",
                    "writes_merged_total",
                    "written_bytes_total",
                    "flush_requests_total")) {
                add("node_disk_" + name, COUNTER, "device", device);
            }
            for (String name : List.of(
                    "read_time_seconds_total",
                    "write_time_seconds_total",
                    "io_time_seconds_total",
                    "io_time_weighted_seconds_total",
                    "flush_requests_time_seconds_total")) {
                add("node_disk_" + name, TICKS, "device", device);
            }
            add("node_disk_io_now", STEPS, "device", device);
            add("node_disk_discards_completed_total", CONSTANT, "device", device);
            add("node_disk_discarded_sectors_total", CONSTANT, "device", device);
            add("node_disk_info", CONSTANT, "device", device, "major", "259", "minor", "" + disk, "model", "SSD 970");
        }
    }

    private void fileSystems() {
        for (int mount = 0; mount < 8; mount++) {
            String[] labels = {"device", "/dev/nvme" + mount + "n1p1", "fstype", "ext4", "mountpoint", "/srv/" + mount};
            add("node_filesystem_avail_bytes", PAGES, labels);
            add("node_filesystem_free_bytes", PAGES, labels);
            add("node_filesystem_files_free", STEPS, labels);
            add("node_filesystem_size_bytes", CONSTANT, labels);
            add("node_filesystem_files", CONSTANT, labels);
            add("node_filesystem_device_error", CONSTANT, labels);
            add("node_filesystem_readonly", CONSTANT, labels);
        }
    }

    private void network() {
        for (int i = 0; i < 8; i++) {
            String device = "eth" + i;
            for (String direction : List.of("receive", "transmit")) {
                add("node_network_" + direction + "_bytes_total", COUNTER, "device", device);
                add("node_network_" + direction + "_packets_total", COUNTER, "device", device);
                for (String name : List.of("errs", "drop", "fifo", "compressed")) {
                    add("node_network_" + direction + "_" + name + "_total", CONSTANT, "device", device);
                }
            }
            add("node_network_receive_multicast_total", COUNTER, "device", device);
            for (String name : List.of(
                    "address_assign_type",
                    "carrier",
                    "carrier_changes_total",
                    "device_id",
                    "dormant",
                    "flags",
                    "iface_id",
                    "iface_link",
                    "iface_link_mode",
                    "mtu_bytes",
                    "net_dev_group",
                    "protocol_type",
                    "speed_bytes",
                    "transmit_queue_length",
                    "up")) {
                add("node_network_" + name, CONSTANT, "device", device);
            }
        }
    }

    private void memory() {
        for (String name : List.of(
                "Active",
                "Active_anon",
                "Active_file",
                "AnonPages",
                "Buffers",
                "Cached",
                "Committed_AS",
                "Dirty",
                "Inactive",
                "Inactive_anon",
                "Inactive_file",
                "KReclaimable",
                "KernelStack",
                "Mapped",
                "MemAvailable",
                "MemFree",
                "PageTables",
                "Percpu",
                "SReclaimable",
                "SUnreclaim",
                "Shmem",
                "Slab",
                "Writeback")) {
            add("node_memory_" + name + "_bytes", PAGES);
        }
        for (String name : List.of(
                "AnonHugePages",
                "Bounce",
                "CommitLimit",
                "DirectMap1G",
                "DirectMap2M",
                "DirectMap4k",
                "HardwareCorrupted",
                "Hugepagesize",
                "MemTotal",
                "Mlocked",
                "NFS_Unstable",
                "SwapCached",
                "SwapFree",
                "SwapTotal",
                "Unevictable",
                "VmallocTotal",
                "VmallocUsed")) {
            add("node_memory_" + name + "_bytes", CONSTANT);
        }
        for (String name : List.of("pgfault", "pgmajfault", "pgpgin", "pgpgout", "pswpin", "pswpout", "oom_kill")) {
            add("node_vmstat_" + name, COUNTER);
        }
    }

    private void kernel() {
        for (String name : List.of("load1", "load5", "load15")) {
            add("node_" + name, NOISE);
        }
        for (String name : List.of("context_switches_total", "intr_total", "forks_total")) {
            add("node_" + name, COUNTER);
        }
        for (String name : List.of("procs_running", "procs_blocked", "entropy_available_bits", "filefd_allocated")) {
            add("node_" + name, STEPS);
        }
        for (String name : List.of("boot_time_seconds", "filefd_maximum", "nf_conntrack_entries_limit")) {
            add("node_" + name, CONSTANT);
        }
        for (String protocol : List.of("Tcp", "TcpExt", "Udp", "Icmp", "Ip", "IpExt")) {
            for (String name : List.of("InSegs", "OutSegs", "InErrors", "OutErrors", "InMsgs", "OutMsgs", "Retrans")) {
                add("node_netstat_" + protocol + "_" + name, name.endsWith("Errors") ? CONSTANT : COUNTER);
            }
        }
        for (String name : List.of("TCP_alloc", "TCP_inuse", "TCP_mem", "TCP_tw", "UDP_inuse", "sockets_used")) {
            add("node_sockstat_" + name, STEPS);
        }
        for (String name : List.of("offset_seconds", "maxerror_seconds", "frequency_adjustment_ratio")) {
            add("node_timex_" + name, NOISE);
        }
        add("node_time_seconds", COUNTER);
        for (int sensor = 0; sensor < 20; sensor++) {
            add("node_hwmon_temp_celsius", NOISE, "chip", "platform_coretemp_0", "sensor", "temp" + sensor);
            add("node_hwmon_temp_max_celsius", CONSTANT, "chip", "platform_coretemp_0", "sensor", "temp" + sensor);
        }
        add(
                "node_uname_info",
                CONSTANT,
                "machine",
                "x86_64",
                "nodename",
                instance,
                "release",
                "6.1.0",
                "sysname",
                "Linux");
    }

    private void services() {
        for (int unit = 0; unit < 36; unit++) {
            for (String state : List.of("active", "activating", "deactivating", "failed", "inactive")) {
                add(
                        "node_systemd_unit_state",
                        CONSTANT,
                        "name",
                        "unit-" + unit + ".service",
                        "state",
                        state,
                        "type",
                        "simple");
            }
        }
    }

    private void exporter() {
        for (String quantile : List.of("0", "0.25", "0.5", "0.75", "1")) {
            add("go_gc_duration_seconds", NOISE, "quantile", quantile);
        }
        for (String name :
                List.of("alloc_bytes", "heap_alloc_bytes", "heap_inuse_bytes", "heap_idle_bytes", "sys_bytes")) {
            add("go_memstats_" + name, PAGES);
        }
        for (String name : List.of("mallocs_total", "frees_total", "alloc_bytes_total")) {
            add("go_memstats_" + name, COUNTER);
        }
        add("go_goroutines", STEPS);
        add("go_threads", STEPS);
        add("go_info", CONSTANT, "version", "go1.22.5");
        add("process_cpu_seconds_total", TICKS);
        add("process_resident_memory_bytes", PAGES);
        add("process_open_fds", STEPS);
        add("process_max_fds", CONSTANT);
        add("process_start_time_seconds", CONSTANT);
        for (String bound : List.of("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf")) {
            add("node_scrape_request_duration_seconds_bucket", COUNTER, "le", bound);
        }
        add("up", CONSTANT);
        add("scrape_duration_seconds", NOISE);
        add("scrape_samples_scraped", CONSTANT);
        for (int collector = 0; series.size() < SERIES; collector++) {
            add("node_scrape_collector_duration_seconds", NOISE, "collector", "collector-" + collector);
        }
    }

    private void add(String metric, Behaviour behaviour, String... namesAndValues) {
        Labels.Builder labels =
                Labels.builder().add(Labels.METRIC_NAME, metric).add("job", job).add("instance", instance);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            labels.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        series.add(GeneratedSeries.of(labels.build(), behaviour));
    }
}
