"""Parts of the kernel: file systems and what they share. Columns as in the package's docstring."""
# ruff: noqa: E501 -- one part, one line

from typing import Final

TABLE: Final = """
fs/9p | v9fs_* p9_* | 9p | 9P_FS |
fs/adfs | adfs_* | adfs | ADFS_FS |
fs/affs | affs_* | affs | AFFS_FS |
fs/afs | afs_* | kafs | AFS_FS |
fs/aio.c | aio_complete* aio_put_req exit_aio io_submit_one lookup_ioctx kiocb_* aio_setup_ring | | AIO |
fs/autofs | autofs_* autofs4_* | autofs4 autofs | AUTOFS4_FS AUTOFS_FS |
fs/autofs4 | autofs4_* autofs_* | autofs4 autofs | AUTOFS4_FS AUTOFS_FS |
fs/bcachefs | bch2_* | bcachefs | BCACHEFS_FS |
fs/befs | befs_* | befs | BEFS_FS |
fs/bfs | bfs_* | bfs | BFS_FS |
fs/binfmt_aout.c | load_aout_binary load_aout_library | binfmt_aout | BINFMT_AOUT |
fs/binfmt_elf_fdpic.c | load_elf_fdpic_* elf_fdpic_* | | BINFMT_ELF_FDPIC |
fs/binfmt_flat.c | load_flat_* | | BINFMT_FLAT |
fs/binfmt_misc.c | load_misc_binary bm_register_write bm_status_* bm_fill_super bm_entry_* | binfmt_misc | BINFMT_MISC |
fs/binfmt_script.c | load_script | binfmt_script | BINFMT_SCRIPT |
fs/binfmt_som.c | load_som_* som_* | binfmt_som | BINFMT_SOM |
fs/btrfs | btrfs_* | btrfs | BTRFS_FS |
fs/cachefiles | cachefiles_* | cachefiles | CACHEFILES |
fs/ceph | ceph_* | ceph | CEPH_FS |
fs/cifs | cifs_* CIFS* smb2_* SMB2_* | cifs | CIFS |
fs/smb/client | cifs_* CIFS* smb2_* SMB2_* | cifs | CIFS |
fs/smb/server | ksmbd_* | ksmbd | SMB_SERVER |
fs/ksmbd | ksmbd_* | ksmbd | SMB_SERVER |
fs/coda | coda_* venus_* | coda | CODA_FS |
fs/compat.c | compat_sys_* __arm64_compat_sys_* __ia32_compat_sys_* __se_compat_sys_* compat_alloc_user_space get_compat_* | | COMPAT |
fs/compat_binfmt_elf.c | compat_sys_* __arm64_compat_sys_* __ia32_compat_sys_* __se_compat_sys_* compat_alloc_user_space get_compat_* | | COMPAT |
fs/compat_ioctl.c | compat_sys_* __arm64_compat_sys_* __ia32_compat_sys_* __se_compat_sys_* compat_alloc_user_space get_compat_* | | COMPAT |
fs/configfs | configfs_* | configfs | CONFIGFS_FS |
fs/cramfs | cramfs_* | cramfs | CRAMFS |
fs/crypto | fscrypt_* | fscrypto | FS_ENCRYPTION |
fs/dax.c | dax_* xip_* | | FS_DAX |
fs/debugfs | debugfs_* | | DEBUG_FS |
fs/devpts | devpts_* | | UNIX98_PTYS |
fs/dlm | dlm_* | dlm | DLM |
fs/ecryptfs | ecryptfs_* | ecryptfs | ECRYPT_FS |
fs/efivarfs | efivarfs_* | efivarfs | EFIVAR_FS |
fs/efs | efs_* | efs | EFS_FS |
fs/erofs | erofs_* z_erofs_* | erofs | EROFS_FS |
fs/eventfd.c | eventfd_* | | EVENTFD |
fs/eventpoll.c | ep_insert ep_remove ep_poll* ep_free eventpoll_* ep_send_events* | | EPOLL |
fs/exfat | exfat_* | exfat | EXFAT_FS |
fs/exofs | exofs_* | exofs | EXOFS_FS |
fs/exportfs | exportfs_* | exportfs | EXPORTFS |
fs/ext2 | ext2_* | ext2 | EXT2_FS |
fs/ext3 | ext3_* | ext3 | EXT3_FS |
fs/ext4 | ext4_* | ext4 | EXT4_FS |
fs/f2fs | f2fs_* | f2fs | F2FS_FS |
fs/fat | fat_* vfat_* msdos_lookup | fat vfat msdos | FAT_FS VFAT_FS MSDOS_FS |
fs/fcntl.c | sys_fcntl do_fcntl | | |
fs/fhandle.c | do_handle_open handle_to_path do_sys_name_to_handle do_handle_to_path | | FHANDLE |
fs/fscache | fscache_* __fscache_* | fscache | FSCACHE |
fs/freevxfs | vxfs_* | freevxfs | VXFS_FS |
fs/fuse | fuse_* | fuse | FUSE_FS |
fs/fuse/cuse.c | cuse_* | cuse | CUSE | fs/fuse
fs/fuse/virtio_fs.c | virtio_fs_* | virtiofs | VIRTIO_FS | fs/fuse
fs/gfs2 | gfs2_* | gfs2 | GFS2_FS |
fs/hfs | hfs_* | hfs | HFS_FS |
fs/hfsplus | hfsplus_* | hfsplus | HFSPLUS_FS |
fs/hostfs | hostfs_* | hostfs | HOSTFS |
fs/hpfs | hpfs_* | hpfs | HPFS_FS |
fs/hugetlbfs | hugetlbfs_* hugetlb_* | | HUGETLBFS |
fs/io_uring.c | io_uring_* __io_uring_* io_sq_thread io_submit_sqe* io_issue_sqe | | IO_URING |
io_uring | io_uring_* __io_uring_* io_sq_thread io_submit_sqe* io_issue_sqe | | IO_URING |
fs/iomap | iomap_* | | FS_IOMAP |
fs/isofs | isofs_* get_rock_ridge_filename | isofs | ISO9660_FS |
fs/isofs/compress.c | zisofs_* | | ZISOFS | fs/isofs
fs/jbd | journal_start journal_stop journal_commit_transaction journal_* | jbd | JBD |
fs/jbd2 | jbd2_* | jbd2 | JBD2 |
fs/jffs2 | jffs2_* | jffs2 | JFFS2_FS |
fs/jfs | jfs_* txBegin diAlloc dbAlloc | jfs | JFS_FS |
fs/kernfs | kernfs_* | | KERNFS |
fs/lockd | nlmclnt_* nlmsvc_* nlm_lookup_host nlm_* lockd_* | lockd | LOCKD |
fs/mbcache.c | mb_cache_* | mbcache | FS_MBCACHE |
fs/minix | minix_* | minix | MINIX_FS |
fs/ncpfs | ncp_* | ncpfs | NCP_FS |
fs/netfs | netfs_* | netfs | NETFS_SUPPORT |
fs/nfs | nfs_* nfs4_* nfs3_* | nfs | NFS_FS |
fs/nfs_common | nfsacl_* nfs_ssc_* | nfs_acl | NFS_ACL_SUPPORT |
fs/nfsd | nfsd_* nfsd4_* nfssvc_* nfsd* | nfsd | NFSD |
fs/nilfs2 | nilfs_* | nilfs2 | NILFS2_FS |
fs/nls | utf8s_to_utf16s utf8_to_utf32 load_nls register_nls | nls_base | NLS |
fs/notify | fsnotify* __fsnotify_* inotify_* dnotify_* | | FSNOTIFY INOTIFY INOTIFY_USER DNOTIFY |
fs/notify/dnotify | dnotify_* fcntl_dirnotify | | DNOTIFY |
fs/notify/fanotify | fanotify_* | | FANOTIFY |
fs/notify/inotify | inotify_* | | INOTIFY_USER INOTIFY |
fs/ntfs | ntfs_* | ntfs | NTFS_FS |
fs/ntfs3 | ntfs3_* ntfs_* ni_* attr_load_runs* | ntfs3 | NTFS3_FS |
fs/ocfs2 | ocfs2_* o2net_* o2hb_* dlm_* | ocfs2 | OCFS2_FS |
fs/omfs | omfs_* | omfs | OMFS_FS |
fs/orangefs | orangefs_* pvfs2_* | orangefs | ORANGEFS_FS |
fs/overlayfs | ovl_* | overlay overlayfs | OVERLAY_FS OVERLAYFS_FS |
fs/partitions/acorn.c | adfspart_* riscix_partition | | ACORN_PARTITION |
fs/partitions/amiga.c | amiga_partition | | AMIGA_PARTITION |
fs/partitions/atari.c | atari_partition | | ATARI_PARTITION |
fs/partitions/efi.c | efi_partition is_gpt_valid find_valid_gpt read_lba alloc_read_gpt_* | | EFI_PARTITION |
fs/partitions/ibm.c | ibm_partition | | IBM_PARTITION |
fs/partitions/karma.c | karma_partition | | KARMA_PARTITION |
fs/partitions/ldm.c | ldm_* | | LDM_PARTITION |
fs/partitions/mac.c | mac_partition | | MAC_PARTITION |
fs/partitions/msdos.c | msdos_partition | | MSDOS_PARTITION |
fs/partitions/osf.c | osf_partition | | OSF_PARTITION |
fs/partitions/sgi.c | sgi_partition | | SGI_PARTITION |
fs/partitions/sun.c | sun_partition | | SUN_PARTITION |
fs/partitions/sysv68.c | sysv68_partition | | SYSV68_PARTITION |
fs/partitions/ultrix.c | ultrix_partition | | ULTRIX_PARTITION |
fs/posix_acl.c | posix_acl_* __posix_acl_* | | FS_POSIX_ACL |
fs/proc/vmcore.c | vmcore_* read_vmcore parse_crash_elf* | | PROC_VMCORE |
fs/proc/kcore.c | read_kcore* kclist_* open_kcore | | PROC_KCORE |
fs/proc/task_mmu.c | show_smap pagemap_* smaps_* show_map m_start | | PROC_PAGE_MONITOR MMU |
fs/pstore | pstore_* ramoops_* | pstore | PSTORE |
fs/qnx4 | qnx4_* | qnx4 | QNX4FS_FS |
fs/qnx6 | qnx6_* | qnx6 | QNX6FS_FS |
fs/quota | dquot_* do_quotactl quota_* vfs_quota_* vfs_get_dqblk vfs_dq_* | | QUOTA QUOTACTL |
fs/reiserfs | reiserfs_* | reiserfs | REISERFS_FS |
fs/resctrl | resctrl_* rdtgroup_* | | RESCTRL_FS |
fs/romfs | romfs_* | romfs | ROMFS_FS |
fs/signalfd.c | signalfd_* do_signalfd4 | | SIGNALFD |
fs/smbfs | smb_* | smbfs | SMB_FS |
fs/squashfs | squashfs_* | squashfs | SQUASHFS |
fs/sysv | sysv_* | sysv | SYSV_FS |
fs/timerfd.c | timerfd_* | | TIMERFD |
fs/tracefs | tracefs_* eventfs_* | | TRACING |
fs/ubifs | ubifs_* | ubifs | UBIFS_FS |
fs/udf | udf_* | udf | UDF_FS |
fs/ufs | ufs_* | ufs | UFS_FS |
fs/userfaultfd.c | userfaultfd_* handle_userfault | | USERFAULTFD |
fs/vboxsf | vboxsf_* | vboxsf | VBOXSF_FS |
fs/verity | fsverity_* | | FS_VERITY |
fs/xfs | xfs_* | xfs | XFS_FS |
fs/zonefs | zonefs_* | zonefs | ZONEFS_FS |
fs/fs_pin.c | pin_insert* pin_kill pin_remove mnt_pin_kill group_pin_kill | | |
fs/read_write.c:dedupe | vfs_dedupe_file_range* vfs_clone_file_range* | | |
"""
