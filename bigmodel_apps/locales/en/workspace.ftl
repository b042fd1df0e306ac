problem-dataset-not-found = This data set is not here any more, or is not shared with you. Choose another one from the list.
problem-dataset-not-yours = “{ $name }” belongs to somebody else. Save a copy of your own and change that.
problem-dataset-name-missing = The name is empty. Enter one.
problem-dataset-name-too-long = The name is too long. Keep it to { $limit } characters.
problem-dataset-damaged = The stored content of “{ $name }” is damaged. Delete it and upload it again.
problem-workspace-full = This needs { $size_mb } MB, and { $used_mb } of your { $quota_mb } MB are in use. Delete data sets that you no longer need, or reset the demo.
problem-workspace-too-new = The workspace was written by a newer version of this software (layout { $found }, this version reads up to { $known }). Update the software, or set BIGMODEL_APPS_HOME to another folder.
problem-workspace-unreachable = The workspace cannot be read or written ({ $reason }). Check the disk and the permissions of the home folder, then try again.
