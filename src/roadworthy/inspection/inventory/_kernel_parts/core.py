"""Parts of the kernel: its core, memory, libraries, security, crypto. Columns as in the package's docstring."""
# ruff: noqa: E501 -- one part, one line

from typing import Final

TABLE: Final = """
block/blk-cgroup.c | blkcg_* blkio_* | | BLK_CGROUP |
block/blk-mq.c | blk_mq_* | | |
block/bfq-iosched.c | bfq_* | bfq | IOSCHED_BFQ |
block/bsg.c | bsg_* | | BLK_DEV_BSG |
block/bsg-lib.c | bsg_setup_queue bsg_job_* bsg_request_fn | | BLK_DEV_BSGLIB |
block/cfq-iosched.c | cfq_* | cfq-iosched | IOSCHED_CFQ |
block/sed-opal.c | opal_* sed_ioctl | | BLK_SED_OPAL |
crypto | crypto_alloc_* crypto_register_alg | | CRYPTO |
crypto/aegis | aegis* crypto_aegis* | aegis128 | CRYPTO_AEGIS128 |
crypto/af_alg.c | af_alg_* alg_bind alg_setsockopt | af_alg | CRYPTO_USER_API |
crypto/algif_aead.c | aead_sendmsg aead_recvmsg algif_aead_* | algif_aead | CRYPTO_USER_API_AEAD | crypto/af_alg.c
crypto/algif_hash.c | hash_sendmsg hash_recvmsg algif_hash_* | algif_hash | CRYPTO_USER_API_HASH | crypto/af_alg.c
crypto/algif_rng.c | rng_recvmsg algif_rng_* | algif_rng | CRYPTO_USER_API_RNG | crypto/af_alg.c
crypto/algif_skcipher.c | skcipher_sendmsg skcipher_recvmsg algif_skcipher_* | algif_skcipher | CRYPTO_USER_API_SKCIPHER | crypto/af_alg.c
crypto/ansi_cprng.c | cprng_* get_prng_bytes fips_cprng_* prng_mod_init | ansi_cprng | CRYPTO_ANSI_CPRNG |
crypto/asymmetric_keys | asymmetric_key_* x509_* pkcs7_* public_key_* | asymmetric_keys | ASYMMETRIC_KEY_TYPE |
crypto/async_tx | async_memcpy async_xor* async_gen_syndrome | async_tx | ASYNC_CORE |
crypto/authenc.c | crypto_authenc_* | authenc | CRYPTO_AUTHENC |
crypto/authencesn.c | crypto_authenc_esn_* | authencesn | CRYPTO_AUTHENC |
crypto/ccm.c | crypto_ccm_* crypto_rfc4309_* | ccm | CRYPTO_CCM |
crypto/cryptd.c | cryptd_* | cryptd | CRYPTO_CRYPTD |
crypto/crypto_user.c | crypto_user_* crypto_report* crypto_netlink_* | crypto_user | CRYPTO_USER |
crypto/crypto_user_base.c | crypto_user_* crypto_report* crypto_netlink_* | crypto_user | CRYPTO_USER |
crypto/cts.c | crypto_cts_* | cts | CRYPTO_CTS |
crypto/drbg.c | drbg_* | drbg | CRYPTO_DRBG |
crypto/gcm.c | crypto_gcm_* crypto_rfc4106_* | gcm | CRYPTO_GCM |
crypto/ghash-generic.c | ghash_* | ghash-generic | CRYPTO_GHASH |
crypto/hmac.c | hmac_* crypto_hmac* | hmac | CRYPTO_HMAC |
crypto/lrw.c | lrw_* gf128mul_* | lrw | CRYPTO_LRW |
crypto/mcryptd.c | mcryptd_* | mcryptd | CRYPTO_MCRYPTD |
crypto/pcrypt.c | pcrypt_* | pcrypt | CRYPTO_PCRYPT |
crypto/rng.c | crypto_rng_* rngapi_reset crypto_get_default_rng | rng | CRYPTO_RNG |
crypto/rsa.c | rsa_* | rsa_generic | CRYPTO_RSA |
crypto/salsa20_generic.c | salsa20_* | salsa20_generic | CRYPTO_SALSA20 |
crypto/scompress.c | crypto_scomp_* scomp_* | | CRYPTO_ACOMP2 |
crypto/seqiv.c | seqiv_* | seqiv | CRYPTO_SEQIV |
crypto/xts.c | xts_* gf128mul_* | xts | CRYPTO_XTS |
init/initramfs.c | populate_rootfs unpack_to_rootfs | | BLK_DEV_INITRD |
ipc/compat.c | compat_sys_* __arm64_compat_sys_* __ia32_compat_sys_* __se_compat_sys_* compat_alloc_user_space get_compat_* | | COMPAT |
ipc/compat_mq.c | compat_sys_* __arm64_compat_sys_* __ia32_compat_sys_* __se_compat_sys_* compat_alloc_user_space get_compat_* | | COMPAT |
ipc/mqueue.c | mqueue_* do_mq_* mq_init_ns | | POSIX_MQUEUE |
ipc/msg.c | newque do_msgsnd do_msgrcv msg_init_ns | | SYSVIPC |
ipc/sem.c | newary do_semtimedop sem_init_ns exit_sem | | SYSVIPC |
ipc/shm.c | newseg do_shmat shm_init_ns shm_destroy | | SYSVIPC |
ipc/util.c | ipc_addid ipcget ipc_init_ids | | SYSVIPC |
kernel/acct.c | do_acct_process acct_process acct_file_reopen acct_auto_close* | | BSD_PROCESS_ACCT |
kernel/audit | audit_* __audit_* | | AUDIT |
kernel/auditsc.c | audit_* __audit_* | | AUDITSYSCALL AUDIT |
kernel/bpf | bpf_check bpf_map_* bpf_prog_load* bpf_prog_new_fd bpf_obj_* | | BPF_SYSCALL |
kernel/bpf/core.c | bpf_prog_* __bpf_prog_* bpf_jit_* | | |
kernel/bpf/preload | bpf_preload_* | bpf_preload | BPF_PRELOAD | kernel/bpf
kernel/cgroup | cgroup_* cgrp_* css_* | | CGROUPS |
kernel/cgroup.c | cgroup_* cgrp_* css_* | | CGROUPS |
kernel/cgroup_freezer.c | freezer_* cgroup_freez* | | CGROUP_FREEZER |
kernel/compat.c | compat_sys_* __arm64_compat_sys_* __ia32_compat_sys_* __se_compat_sys_* compat_alloc_user_space get_compat_* | | COMPAT |
kernel/cpuset.c | cpuset_* | | CPUSETS |
kernel/crash_core.c | crash_* vmcoreinfo_* | | CRASH_CORE |
kernel/debug | kgdb_* kdb_* | | KGDB |
kernel/dma/swiotlb.c | swiotlb_* | | SWIOTLB |
kernel/events | perf_event_* perf_swevent_* perf_pmu_* perf_counter_* perf_tp_* | | PERF_EVENTS PERF_COUNTERS |
kernel/perf_event.c | perf_event_* perf_swevent_* perf_pmu_* perf_counter_* perf_tp_* | | PERF_EVENTS PERF_COUNTERS |
kernel/events/uprobes.c | uprobe_* register_for_each_vma | | UPROBES |
kernel/futex | do_futex futex_* exit_robust_list handle_futex_death | | FUTEX |
kernel/gcov | gcov_* | | GCOV_KERNEL |
kernel/irq_work.c | irq_work_* | | IRQ_WORK |
kernel/kcov.c | kcov_* __sanitizer_cov_* | | KCOV |
kernel/kexec | crash_kexec kimage_* kexec_* | | KEXEC |
kernel/kprobes.c | register_kprobe* kprobe_* unregister_kprobe* | | KPROBES |
kernel/livepatch | klp_* | | LIVEPATCH |
kernel/locking/lockdep.c | lockdep_* lock_acquire check_prev_add* | | LOCKDEP |
kernel/locking/rtmutex.c | rt_mutex_* __rt_mutex_* task_blocks_on_rt_mutex | | RT_MUTEXES |
kernel/locking/spinlock_debug.c | spin_bug spin_dump __raw_spin_lock_init __spin_lock_init do_raw_spin_lock _raw_spin_lock_debug | | DEBUG_SPINLOCK |
kernel/padata.c | padata_* | | PADATA |
kernel/power/hibernate.c | hibernate hibernation_* create_image swsusp_* | | HIBERNATION |
kernel/power/snapshot.c | swsusp_* snapshot_* | | HIBERNATION |
kernel/power/swap.c | swsusp_* swap_writer_* | | HIBERNATION |
kernel/profile.c | profile_tick profile_hits profile_init | | PROFILING |
kernel/relay.c | relay_* | | RELAY |
kernel/rtmutex.c | rt_mutex_* __rt_mutex_* task_blocks_on_rt_mutex | | RT_MUTEXES |
kernel/seccomp.c | seccomp_* __secure_computing* prctl_set_seccomp prctl_get_seccomp | | SECCOMP |
kernel/stackleak.c | stackleak_* | | GCC_PLUGIN_STACKLEAK |
kernel/taskstats.c | taskstats_* | | TASKSTATS |
kernel/time/alarmtimer.c | alarmtimer_* alarm_timer_* alarm_start* alarm_init alarm_cancel | | RTC_CLASS |
kernel/time/timer_list.c | timer_list_show* timer_list_open timer_list_start sysrq_timer_list_show init_timer_list_procfs | | |
kernel/time/timer_stats.c | timer_stats_* tstats_* | | TIMER_STATS |
kernel/time/posix-clock.c | posix_clock_* pc_clock_* | | |
kernel/trace | ftrace_* tracing_* ring_buffer_* register_ftrace_function trace_seq_* tracer_* | | TRACING FTRACE RING_BUFFER |
kernel/trace/blktrace.c | blk_trace_* blk_add_trace_* | | BLK_DEV_IO_TRACE |
kernel/trace/bpf_trace.c | bpf_trace_* bpf_probe_read* | | BPF_EVENTS |
kernel/trace/trace_event_perf.c | perf_trace_* | | PERF_EVENTS |
kernel/trace/trace_event_profile.c | ftrace_profile_* perf_trace_* | | EVENT_PROFILE PERF_EVENTS |
kernel/trace/trace_kprobe.c | trace_kprobe_* kprobe_trace_* create_trace_kprobe kprobe_event* | | KPROBE_EVENT KPROBE_EVENTS |
kernel/trace/trace_syscalls.c | ftrace_syscall_* syscall_enter_* perf_syscall_* ftrace_*_sys_* init_syscall_trace | | FTRACE_SYSCALLS |
kernel/ucount.c | inc_ucount* dec_ucount* get_ucounts alloc_ucounts | | |
kernel/uid16.c | sys_setgroups16 sys_getgroups16 sys_chown16 groups16_to_user __*_sys_setgroups16 | | UID16 |
kernel/user_namespace.c | create_user_ns free_user_ns __put_user_ns | | USER_NS |
kernel/pid_namespace.c | create_pid_namespace zap_pid_ns_processes copy_pid_ns | | PID_NS |
kernel/usermode_driver.c | umd_* fork_usermode_driver | | USERMODE_DRIVER |
kernel/watch_queue.c | watch_queue_* post_one_notification | | WATCH_QUEUE |
lib/842 | sw842_* | 842_decompress | 842_DECOMPRESS |
lib/asn1_decoder.c | asn1_ber_decoder | asn1_decoder | ASN1 |
lib/assoc_array.c | assoc_array_* | | ASSOCIATIVE_ARRAY |
lib/digsig.c | digsig_* | | SIGNATURE |
lib/lz4 | LZ4_* lz4_* | lz4_decompress lz4_compress | LZ4_DECOMPRESS |
lib/lzo | lzo1x_* | lzo_decompress lzo_compress | LZO_DECOMPRESS |
lib/mpi | mpi_* mpihelp_* | mpi | MPILIB |
lib/nlattr.c | nla_parse nla_put __nla_parse | | |
lib/refcount.c | refcount_* | | |
lib/rhashtable.c | rhashtable_* | | RHASHTABLE |
lib/swiotlb.c | swiotlb_* | | SWIOTLB |
lib/test_ | test_bpf_init test_firmware_* | test_bpf test_firmware test_kmod | TEST_BPF TEST_FIRMWARE |
lib/zstd | ZSTD_* zstd_* | zstd_decompress | ZSTD_DECOMPRESS |
mm/cleancache.c | cleancache_* __cleancache_* | | CLEANCACHE |
mm/damon | damon_* | | DAMON |
mm/frontswap.c | frontswap_* __frontswap_* | | FRONTSWAP |
mm/hmm.c | hmm_* | | HMM HMM_MIRROR |
mm/huge_memory.c | do_huge_pmd_* khugepaged* __split_huge_p* copy_huge_pmd zap_huge_pmd | | TRANSPARENT_HUGEPAGE |
mm/khugepaged.c | khugepaged* collapse_huge_page | | TRANSPARENT_HUGEPAGE |
mm/hugetlb.c | hugetlb_* alloc_huge_page* | | HUGETLB_PAGE HUGETLBFS |
mm/kasan | kasan_* __asan_* | | KASAN |
mm/kmemleak.c | kmemleak_* | | DEBUG_KMEMLEAK |
mm/ksm.c | ksm_* __ksm_* unmerge_ksm_pages | | KSM |
mm/memcontrol.c | mem_cgroup_* | | MEMCG CGROUP_MEM_RES_CTLR |
mm/memory-failure.c | memory_failure* soft_offline_page | | MEMORY_FAILURE |
mm/memory_hotplug.c | add_memory add_memory_resource online_pages offline_pages __add_pages | | MEMORY_HOTPLUG |
mm/mempolicy.c | mpol_* do_mbind do_set_mempolicy alloc_pages_vma policy_nodemask | | NUMA |
mm/migrate.c | migrate_page* buffer_migrate_page move_to_new_page | | MIGRATION |
mm/nommu.c | nommu_* do_mmap_private kobjsize | | |
mm/secretmem.c | secretmem_* | | SECRETMEM |
mm/shmem.c | shmem_get_inode shmem_fault shmem_getpage* shmem_truncate* shmem_writepage shmem_alloc_inode | | SHMEM |
mm/slub.c | deactivate_slab unfreeze_slab* discard_slab new_slab* setup_slub_* sysfs_slab_* calculate_sizes calculate_sizes.* validate_slab* __slab_alloc early_kmem_cache_node_alloc* __kmem_cache_create | | SLUB |
mm/swapfile.c | swap_duplicate swap_info_get scan_swap_map* swap_free | | SWAP |
mm/userfaultfd.c | mcopy_atomic* mfill_* mwriteprotect_range | | USERFAULTFD |
mm/vmacache.c | vmacache_* | | |
mm/zsmalloc.c | zs_* | zsmalloc | ZSMALLOC |
mm/zswap.c | zswap_* | zswap | ZSWAP |
net/compat.c | compat_sys_* __arm64_compat_sys_* __ia32_compat_sys_* __se_compat_sys_* compat_alloc_user_space get_compat_* | | COMPAT |
security | security_* | | SECURITY |
security/apparmor | aa_* apparmor_* | | SECURITY_APPARMOR |
security/commoncap.c | cap_capable cap_bprm_* | | |
security/integrity | integrity_* ima_* evm_* | | INTEGRITY IMA |
security/integrity/evm | evm_* | evm | EVM |
security/integrity/ima | ima_* | ima | IMA |
security/keys | key_alloc key_put keyring_* key_create_* keyctl_* lookup_user_key request_key* | | KEYS |
security/keys/big_key.c | big_key_* | big_key | BIG_KEYS | security/keys
security/keys/encrypted-keys | encrypted_* | encrypted-keys | ENCRYPTED_KEYS | security/keys
security/keys/trusted | trusted_* | trusted | TRUSTED_KEYS | security/keys
security/keys/trusted.c | trusted_* | trusted | TRUSTED_KEYS | security/keys
security/landlock | landlock_* | | SECURITY_LANDLOCK |
security/loadpin | loadpin_* | | SECURITY_LOADPIN |
security/lockdown | lockdown_* | | SECURITY_LOCKDOWN_LSM |
security/selinux | selinux_* avc_* sel_* | | SECURITY_SELINUX |
security/min_addr.c | mmap_min_addr_handler | | |
security/smack | smack_* smk_* | | SECURITY_SMACK |
security/tomoyo | tomoyo_* | | SECURITY_TOMOYO |
security/yama | yama_* | | SECURITY_YAMA |
virt/kvm | kvm_vcpu_* kvm_vm_* kvm_dev_ioctl* kvm_io_bus_* kvm_init | kvm | KVM |
virt/lib | irq_bypass_* | irqbypass | IRQ_BYPASS_MANAGER |
crypto/skcipher.c | crypto_alloc_skcipher crypto_skcipher_* crypto_init_skcipher_ops* skcipher_walk_* | | CRYPTO_SKCIPHER2 CRYPTO_BLKCIPHER2 |
lib/iov_iter.c:pipe | iov_iter_pipe pipe_advance* copy_pipe_to_iter* | | |
mm/oom_kill.c:reaper | oom_reaper __oom_reap_task* oom_reap_task* | | |
mm/percpu.c | pcpu_setup_first_chunk pcpu_embed_first_chunk pcpu_alloc pcpu_alloc_area pcpu_alloc_noprof pcpu_balance_workfn | | |
"""
