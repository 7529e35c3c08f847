"""YAFFS, step by step: geometry finds how the chunks lie, the scan reads their tags, the tree adds them up.

Terms follow "How Yaffs Works" (Charles Manning, 2017) and yaffs_guts.h, yaffs_packedtags2.h and
yaffs_packedtags1.h of Linux. A *chunk* is a page of flash; its *tags* say to which object it belongs.
"""
